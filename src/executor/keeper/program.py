"""The last steps before an execution's own program: its limits, user, descriptors and signals."""
import fcntl
import os
import resource
import signal

import system_calls as system
from descriptors import CALLS, CHANNEL, INPUT, RESULT

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def place_descriptors(fds, plain=False):
    """
    Moves all out of the way first: a source may stand where another has to go. What is no longer needed closes.
    `plain`: 0, 1 and 2 alone, and 0 is the input.
    """
    wanted = {0: os.open(os.devnull, os.O_RDONLY), 1: fds["output"], 2: fds["errors"]}
    runner = ((INPUT, "input"), (RESULT, "result"), (CHANNEL, "channel"), (CALLS, "calls"))
    for number, name in ((0, "input"),) if plain else runner:
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
        "RLIMIT_CORE": 1,  # 0 keeps the core from files only; 1 also from a program that the machine hands cores to
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


def change_user(uid, user=None):
    """To one of the machine's with its groups, or to one that nobody else has, with none. None: to none."""
    if uid is None:
        return
    gid = uid if user is None else user["gid"]
    os.setgroups([] if user is None else user["groups"])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def reset_signals():
    signal.set_wakeup_fd(-1)
    for number in (*IGNORED, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def left_in_namespace():
    """For process 1, once the program has ended: how many others still live. Those that have ended are reaped."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return 0
    return sum(1 for name in os.listdir("/proc") if name.isdigit() and name != "1")
