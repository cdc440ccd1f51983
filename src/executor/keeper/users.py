"""The users that executions run as."""
import os

import processes

# One for each execution, when the keeper is root: a range that no distribution gives to anybody (systemd's list of
# users and groups calls it unused). The first is that of zygotes.
USERS = range(60706, 61184)


def assign(spec, taken):
    """
    Sets `uid` (None: ours), and `others`: how many processes the user has besides, as its limit counts them all.
    @throws OSError every user is taken
    """
    root = os.geteuid() == 0
    if spec["user"] is not None:
        # Only root can become another; the server has asked for no other than its own user otherwise.
        spec["uid"], spec["others"] = spec["user"]["uid"] if root else None, tasks_of(spec["user"]["uid"])
    elif not spec["separate"]:
        spec["uid"], spec["others"] = None, tasks_of(os.geteuid())
    elif not root:
        # The guardian and process 1 count as the program's in its user namespace.
        spec["uid"], spec["others"] = None, 2 if spec["level"] == "full" else tasks_of(os.geteuid())
    else:
        spec["uid"], spec["others"] = next((uid for uid in USERS[1:] if uid not in taken), None), 0
        if spec["uid"] is None:
            raise OSError(f"there are already {len(USERS) - 1} executions at once")


def of_zygotes():
    """The user of a zygote (None: ours), and the range of users that its executions may have."""
    return {"uid": USERS[0] if os.geteuid() == 0 else None, "users": [USERS[0], len(USERS)]}


def tasks_of(uid):
    """Processes and threads that this user has now: RLIMIT_NPROC counts them all together."""
    count = 0
    for process in processes.snapshot().values():
        try:
            count += process.threads if os.stat(f"/proc/{process.pid}").st_uid == uid else 0
        except OSError:
            pass
    return count
