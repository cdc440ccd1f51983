"""
The file system that an execution sees: a small read-only tree made of what a program needs to run, and a private
scratch space of limited size. Nothing of the server's folders is in it.

Two ways to fill it. A process that may see the sources binds them. A process that may not gets detached copies of
their mounts, made before by one that may (`detach`).
"""
import os

import system_calls as system

SCRATCH = "/tmp"
ACTION = "/action"  # where the bundle is shown
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
# What name resolution, time zones, TLS and the dynamic linker read.
SETTINGS = (
    "alternatives", "ca-certificates", "crypto-policies", "gai.conf", "host.conf", "hosts", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "pki", "protocols", "resolv.conf", "services", "ssl",
    "timezone",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")


class Shown:
    """A path of this machine and where it is seen. `link`: it is a symbolic link (/bin -> usr/bin), made again."""

    def __init__(self, source, target, read_only=True):
        self.source, self.target, self.read_only = source, target, read_only
        self.link = os.readlink(source) if source in SYSTEM and os.path.islink(source) else None
        self.folder = os.path.isdir(source)
        self.fd = None

    def detach(self):
        self.fd = None if self.link else system.detach_read_only(os.path.realpath(self.source))

    def put(self, root):
        target = root + self.target
        if self.link:
            os.symlink(self.link, target)
            return
        make_place(target, self.folder)
        if self.fd is not None:
            system.attach(self.fd, target)
            os.close(self.fd)
            return
        system.mount(os.path.realpath(self.source), target, None, system.BIND | system.RECURSIVE)
        if self.read_only:
            system.make_read_only(target)


def everything(read):
    """What is shown: the system's, and these pairs of source and target; each once, those that lie in another with that other."""
    paths = [(path, path) for path in SYSTEM]
    paths += [("/etc/" + name, "/etc/" + name) for name in SETTINGS]
    paths += [("/dev/" + name, "/dev/" + name) for name in DEVICES]
    shown, bound = [], []
    for source, target in [*paths, *read]:
        if any(target == other or target.startswith(other + "/") for other in bound) or not os.path.exists(source):
            continue
        shown.append(Shown(source, target, read_only=not target.startswith("/dev/")))
        if shown[-1].link is None:
            bound.append(target)
    return shown


def build(root, shown, users, disk):
    """Puts the tree together at `root`, for `users` (pairs of uid and gid). A mount namespace of our own is needed."""
    os.umask(0o022)
    system.mount("tmpfs", root, "tmpfs", system.NO_SUID | system.NO_DEV, "size=1m,mode=755")
    for name in ("/etc", "/dev/shm", SCRATCH, ACTION, "/proc", "/scratch"):
        os.makedirs(root + name)
    mount_scratch(root, disk)  # before what is shown: some of that may lie in /tmp
    for one in shown:
        one.put(root)
    for name, to in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink("/proc/self/fd" + to, root + "/dev/" + name)
    write_users(root, users)
    mount_processes(root)


def write_users(root, users):
    with open(root + "/etc/passwd", "w", encoding="ascii") as file:
        file.writelines(f"action:x:{uid}:{gid}::{SCRATCH}:/bin/sh\n" for uid, gid in users)
        file.write("nobody:x:65534:65534::/:/bin/false\n")
    with open(root + "/etc/group", "w", encoding="ascii") as file:
        file.writelines(f"action:x:{gid}:\n" for gid in sorted({gid for _, gid in users}))
        file.write("nogroup:x:65534:\n")


def mount_processes(root):
    system.mount("proc", root + "/proc", "proc", system.NO_SUID | system.NO_DEV | system.NO_EXEC)


def mount_scratch(root, size):
    """One file system of limited size behind /tmp and /dev/shm; gone with the namespace."""
    both = root + "/scratch"
    options = f"size={size},nr_inodes={max(1024, size // 4096)},mode=755"
    system.mount("tmpfs", both, "tmpfs", system.NO_SUID | system.NO_DEV, options)
    for name, target in (("tmp", SCRATCH), ("shm", "/dev/shm")):
        os.mkdir(both + "/" + name)
        os.chmod(both + "/" + name, 0o1777)
        system.mount(both + "/" + name, root + target, None, system.BIND)
    system.unmount(both, system.DETACH)


def show_writable(root, path):
    """A folder at the same place, to be written to."""
    make_place(root + path, True)
    system.mount(path, root + path, None, system.BIND)
    keep = system.NO_EXEC & os.statvfs(path).f_flag  # may be locked: a remount must repeat it
    system.mount(None, root + path, None, system.REMOUNT | system.BIND | system.NO_SUID | system.NO_DEV | keep)


def move_into(root):
    os.chdir(root)
    system.pivot_root(".", ".")
    system.unmount(".", system.DETACH)
    system.mount(None, "/", None, system.REMOUNT | system.BIND | system.READ_ONLY | system.NO_SUID | system.NO_DEV)
    os.chdir("/")


def make_place(target, folder):
    if folder:
        os.makedirs(target, exist_ok=True)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "w", encoding="ascii"):
        pass
