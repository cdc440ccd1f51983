"""The folder of a keeper: locked while it lives; what those left that live no more is swept by the next one."""
import fcntl
import os
import shutil

import cgroups
import processes
from guardian import PATIENCE


def claim(parent, name):
    """Makes our folder, locked for as long as we live, and sweeps those whose keeper lives no more."""
    for entry in os.listdir(parent):
        if entry.endswith(".lock"):
            sweep(parent, entry[: -len(".lock")])
    lock = os.open(f"{parent}/{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if os.fstat(lock).st_ino != os.stat(f"{parent}/{name}.lock").st_ino:
        raise RuntimeError("another keeper swept our lock before we held it")
    os.mkdir(f"{parent}/{name}")
    os.chmod(f"{parent}/{name}", 0o711)  # an execution's own user passes through to its folder


def sweep(parent, name):
    try:
        lock = os.open(f"{parent}/{name}.lock", os.O_RDWR)
    except OSError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # its keeper lives
    else:
        mark = f"{parent}/{name}"
        processes.end_all(lambda: processes.marked(mark), lambda: None, PATIENCE)
        cgroups.sweep(name)
        shutil.rmtree(f"{parent}/{name}", ignore_errors=True)
        os.unlink(f"{parent}/{name}.lock")
    finally:
        os.close(lock)


def leave(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.unlink(folder + ".lock")
