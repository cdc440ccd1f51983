"""Level full: an execution in namespaces of its own, seeing only the tree of tree.py."""
import fcntl
import os
import socket
import struct

import system_calls as system
import tree


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
    map_user(uid, gid)


def map_user(uid, gid):
    """In a new user namespace: this one user, by the number it has outside."""
    for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open("/proc/self/" + file, "w", encoding="ascii") as handle:
            handle.write(text)


def enter(spec):
    """In process 1: makes the tree in a mount namespace of its own and moves into it."""
    system.unshare(system.NEW_MOUNT)
    system.mount(None, "/", None, system.RECURSIVE | system.PRIVATE)
    user = (os.geteuid(), os.getegid()) if spec["uid"] is None else (spec["uid"], spec["uid"])
    bundle = [(spec["bundle"], tree.ACTION)] if spec["bundle"] else []
    shown = tree.everything(spec["read"] + bundle)
    if spec["shown"] is not None:
        shown.append(tree.Shown(spec["folder"] + "/result", spec["shown"], read_only=False))
    tree.build(spec["root"], shown, [user], spec["limits"]["disk"])
    for path in spec["write"]:
        tree.show_writable(spec["root"], path)
    tree.move_into(spec["root"])
    system.set_host_name("sandbox")
    if not spec["network"]:
        raise_loopback()


def raise_loopback():
    """A network namespace starts with its loopback device down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH22x", b"lo", 0x1 | 0x40))
