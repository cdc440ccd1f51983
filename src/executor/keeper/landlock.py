"""
Landlock: what a program may still do with files, TCP, abstract Unix sockets and signals, taken away by itself, for
itself and all that it starts. Needs no privilege and no namespaces, so it works in containers that refuse those.
"""
import os
import struct

import system_calls as system
import tree

# Kinds of access to files, by the version of Landlock that brought them.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15  # versions 2, 3 and 5
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
FILES, NETWORK, SCOPES = 1, 4, 6  # the versions that restrict files, TCP, and abstract sockets with signals

READ = EXECUTE | READ_FILE | READ_DIR
ALL = ((1 << 16) - 1) & ~(MAKE_CHAR | MAKE_BLOCK)
USE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV
# Locks and shared memory of multiprocessing lie there, under names by chance: without READ_DIR none can be listed.
SHARED_MEMORY = READ_FILE | WRITE_FILE | TRUNCATE | MAKE_REG | REMOVE_FILE


def version():
    """The kernel's version of Landlock, 0 where there is none."""
    return system.landlock_version()


def restrict(spec, abi=None):
    """
    The system, the interpreter, the code and its packages can be read; its home and the shared memory be written; no
    other file. Without `network` no TCP. No abstract socket and no process outside. Raises OSError.
    """
    abi = version() if abi is None else abi
    if abi < FILES:
        raise OSError("the kernel has no Landlock")
    files = (1 << 13) - 1
    for since, kind in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV)):
        files |= kind if abi >= since else 0
    rules = system.landlock_create(attributes(files, 0 if spec["network"] else 3, abi))
    try:
        for path, access in allowed(spec):
            allow(rules, path, access & files)
        system.landlock_restrict(rules)
    finally:
        os.close(rules)


def scope():
    """Only the last part of it, where the kernel can: what namespaces leave open when the network is shared."""
    abi = version()
    if abi < SCOPES:
        return
    rules = system.landlock_create(attributes(0, 0, abi))
    try:
        system.landlock_restrict(rules)
    finally:
        os.close(rules)


def attributes(files, tcp, abi):
    fields = [files] + [tcp] * (abi >= NETWORK) + [3] * (abi >= SCOPES)
    return struct.pack("Q" * len(fields), *fields)


def allowed(spec):
    own = [source for source, _ in spec["read"]] + [spec["bundle"]] * (spec["bundle"] is not None)
    for path in (*tree.SYSTEM, *own):
        yield path, READ
    for name in (*tree.SETTINGS, "passwd", "group"):
        yield "/etc/" + name, READ_FILE | READ_DIR
    # Of other processes only what every user may see: Landlock keeps their memory and environment closed.
    yield "/proc", READ_FILE | READ_DIR
    for name in tree.DEVICES:
        yield "/dev/" + name, USE
    yield "/dev/shm", SHARED_MEMORY
    for path in (spec["home"], *spec["write"]):
        yield path, ALL
    if spec["result"] and spec["descriptors"] == "plain":
        yield spec["folder"] + "/result", USE  # $ROTA_OUTPUT


def allow(rules, path, access):
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this machine, or not for this user
    try:
        system.landlock_allow(rules, place, access if os.path.isdir(path) else access & OF_FILES)
    finally:
        os.close(place)
