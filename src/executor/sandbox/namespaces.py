"""
Level full: an execution in namespaces of its own, seeing a small read-only tree made of what a program needs to run,
its own code, and a private scratch space of limited size. Nothing of the server's folders is in that tree.
"""
import fcntl
import os
import socket
import struct

import system_calls as system

SCRATCH = "/tmp"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
# What name resolution, time zones, TLS and the dynamic linker read.
SETTINGS = (
    "alternatives", "ca-certificates", "crypto-policies", "gai.conf", "host.conf", "hosts", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "pki", "protocols", "resolv.conf", "services", "ssl",
    "timezone",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")


def leave(spec):
    """In the guardian: the next fork starts in new namespaces. As an ordinary user that takes a user namespace."""
    kinds = system.NEW_PID | system.NEW_IPC | system.NEW_UTS | system.NEW_CGROUP
    if not spec["network"]:
        kinds |= system.NEW_NET
    if os.geteuid() == 0:
        system.unshare(kinds)
        return
    uid, gid = os.geteuid(), os.getegid()
    system.unshare(kinds | system.NEW_USER)
    for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open("/proc/self/" + file, "w", encoding="ascii") as handle:
            handle.write(text)


def enter(spec):
    """In process 1: makes the tree in a mount namespace of its own and moves into it."""
    system.unshare(system.NEW_MOUNT)
    system.mount(None, "/", None, system.RECURSIVE | system.PRIVATE)
    os.umask(0o022)
    root = spec["root"]
    system.mount("tmpfs", root, "tmpfs", system.NO_SUID | system.NO_DEV, "size=1m,mode=755")
    bound = []
    for path in SYSTEM:
        show(root, path, bound)
    make_settings(root, spec)
    make_devices(root)
    make_scratch(root, spec)
    os.mkdir(root + "/proc")
    system.mount("proc", root + "/proc", "proc", system.NO_SUID | system.NO_DEV | system.NO_EXEC)
    for path in spec["read"]:
        show(root, path, bound)
    os.chdir(root)
    system.pivot_root(".", ".")
    system.unmount(".", system.DETACH)
    system.mount(None, "/", None, system.REMOUNT | system.BIND | system.READ_ONLY | system.NO_SUID | system.NO_DEV)
    os.chdir("/")
    system.set_host_name("sandbox")
    if not spec["network"]:
        raise_loopback()


def show(root, path, bound):
    """`path` at the same place in the new tree, read-only; symbolic links (/bin -> usr/bin) as what they are."""
    if any(path == other or path.startswith(other + "/") for other in bound):
        return
    target = root + path
    if os.path.islink(path) and path in SYSTEM:
        os.symlink(os.readlink(path), target)
    elif os.path.exists(path):
        bind(path, target)
        system.make_read_only(target)
        bound.append(path)


def bind(source, target):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="ascii"):
            pass
    system.mount(os.path.realpath(source), target, None, system.BIND | system.RECURSIVE)


def make_settings(root, spec):
    os.mkdir(root + "/etc")
    for name in SETTINGS:
        if os.path.exists("/etc/" + name):
            bind("/etc/" + name, root + "/etc/" + name)
            system.make_read_only(root + "/etc/" + name)
    uid = os.geteuid() if spec["uid"] is None else spec["uid"]
    gid = os.getegid() if spec["uid"] is None else spec["uid"]
    with open(root + "/etc/passwd", "w", encoding="ascii") as file:
        file.write(f"action:x:{uid}:{gid}::{SCRATCH}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n")
    with open(root + "/etc/group", "w", encoding="ascii") as file:
        file.write(f"action:x:{gid}:\nnogroup:x:65534:\n")


def make_devices(root):
    os.makedirs(root + "/dev/shm")
    for name in DEVICES:
        bind("/dev/" + name, root + "/dev/" + name)
    for name, to in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink("/proc/self/fd" + to, root + "/dev/" + name)


def make_scratch(root, spec):
    """One file system of limited size behind /tmp and /dev/shm; gone with the namespace."""
    both = root + "/scratch"
    os.mkdir(both)
    size = spec["limits"]["disk"]
    options = f"size={size},nr_inodes={max(1024, size // 4096)},mode=755"
    system.mount("tmpfs", both, "tmpfs", system.NO_SUID | system.NO_DEV, options)
    for name, target in (("tmp", SCRATCH), ("shm", "/dev/shm")):
        os.mkdir(both + "/" + name)
        os.chmod(both + "/" + name, 0o1777)
        os.makedirs(root + target, exist_ok=True)
        system.mount(both + "/" + name, root + target, None, system.BIND)
    system.unmount(both, system.DETACH)
    os.rmdir(both)


def raise_loopback():
    """A network namespace starts with its loopback device down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH22x", b"lo", 0x1 | 0x40))
