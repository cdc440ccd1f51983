"""The last steps before an execution's own program: its limits, user, descriptors and signals."""
import fcntl
import os
import resource
import signal

import system_calls as system

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INPUT, RESULT, CHANNEL, CALLS = 3, 4, 5, 6  # the descriptors that the program gets besides 0, 1 and 2


def place_descriptors(fds):
    """Moves all out of the way first: a source may stand where another has to go. What is no longer needed closes."""
    wanted = {0: os.open(os.devnull, os.O_RDONLY), 1: fds["output"], 2: fds["errors"]}
    wanted[CHANNEL] = fds["channel"]
    for number, name in ((INPUT, "input"), (RESULT, "result"), (CALLS, "calls")):
        if fds.get(name) is not None:
            wanted[number] = fds[name]
    moved = {number: high(fd) for number, fd in wanted.items()}
    for fd in wanted.values():
        if fd > 2:
            os.close(fd)
    for number, fd in moved.items():
        os.dup2(fd, number)
        os.close(fd)


def high(fd):
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 16)


def set_limits(spec):
    limits = spec["limits"]
    wanted = {
        "RLIMIT_CORE": 0,
        # Counts what is private and writable: what a program really asks for. Address space (RLIMIT_AS) also counts
        # what is only reserved: 64 MiB for each thread's arena, gigabytes for some language runtimes.
        "RLIMIT_DATA": limits["memory"],
        "RLIMIT_FSIZE": limits["disk"],
        "RLIMIT_NOFILE": 1024,
        "RLIMIT_NPROC": limits["processes"] + spec["others"],
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            if system.LINUX:
                raise


def change_user(uid):
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def reset_signals():
    signal.set_wakeup_fd(-1)
    for number in (*IGNORED, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
