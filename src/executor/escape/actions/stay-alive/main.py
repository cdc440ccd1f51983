"""Starts what would outlive its run; looked at after the run."""
import os
import signal
import sys

from attempt import Look, attempt, tried

TOKEN = os.environ["TOKEN"]
WAIT = "import time; time.sleep(600)"


def started(name, prepare, code=WAIT):
    """Forks, prepares, and becomes a program without any mark in its environment."""
    up, upper = os.pipe()
    if os.fork() == 0:
        try:
            prepare()
            os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", code, TOKEN + name], {})
        finally:
            os._exit(1)
    os.close(upper)
    os.read(up, 1)  # ends when the last process that could write has become that program
    os.close(up)
    raise Look(process=TOKEN + name)


def twice():
    """As a daemon does it: a session of its own, and no parent left."""
    os.setsid()
    if os.fork() != 0:
        os._exit(0)


@attempt
def child():
    started("child", lambda: None)


@attempt
def daemon():
    started("daemon", twice)


@attempt
def daemon_that_ignores_signals():
    def stubborn():
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass  # kept by the C library for itself
        twice()

    started("stubborn", stubborn)


@attempt
def stopped_daemon():
    started("stopped", twice, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)")


@attempt
def process_that_cannot_be_looked_into():
    import ctypes

    started("hidden", lambda: ctypes.CDLL(None).prctl(4, 0, 0, 0, 0))


CHAIN = "import os, time\nend = time.time() + 60\nwhile time.time() < end:\n    if os.fork(): os._exit(0)"


@attempt
def chain_of_forks():
    """Each process starts the next one and ends, so that whoever kills what he saw is always late."""
    started("chain", os.setsid, CHAIN)


@attempt
def chain_of_sessions():
    """The same, and each leaves the group of the one before."""
    started("sessions", twice, CHAIN + "\n    os.setsid()")


main = tried()
