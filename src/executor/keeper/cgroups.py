"""
Control groups (version 2) on top of the other limits, wherever ours may be divided: the kernel then counts all that an
execution uses, its files in memory and its buffers too, and ends it as a whole.

To enter a group costs about 10 ms (the kernel waits until no processor is in the middle of a fork), so groups are made
only where they can limit memory or processes.
"""
import errno
import os
import time

CONTROLLERS = ("memory", "pids")
LEAF = "rota-server"  # where the server itself is, once its group is divided
PATIENCE = 2.0  # seconds that a killed group gets to become empty


def find():
    """The folder of our own control group, None where there is none of version 2."""
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            own = next((line[3:].rstrip("\n") for line in file if line.startswith("0::")), None)
        with open("/proc/self/mounts", encoding="utf-8") as file:
            mounts = [fields[1] for fields in map(str.split, file) if fields[2] == "cgroup2"]
    except OSError:
        return None
    if own is None or not mounts:
        return None
    base = os.path.normpath(mounts[0] + own)
    return os.path.dirname(base) if os.path.basename(base) == LEAF else base


def usable(base, server):
    """
    Those of CONTROLLERS that groups below `base` can have. A group with processes cannot be divided: when all in it
    are the server's (a service of its own, delegated to it), they move into a leaf.
    """
    wanted = [name for name in read(base + "/cgroup.controllers").split() if name in CONTROLLERS]
    if not wanted or not os.access(base + "/cgroup.subtree_control", os.W_OK):
        return []
    text = " ".join("+" + name for name in wanted)
    if not write(base + "/cgroup.subtree_control", text):
        inside = [int(pid) for pid in read(base + "/cgroup.procs").split()]
        if not inside or any(not descends(pid, server) for pid in inside):
            return []
        leaf = f"{base}/{LEAF}"
        if not make(leaf) or not all(write(leaf + "/cgroup.procs", str(pid)) for pid in inside):
            return []
        if not write(base + "/cgroup.subtree_control", text):
            return []
    return wanted


class Groups:
    """The groups of one keeper: one below `base` that is divided, named after it, so that the next one finds it."""

    def __init__(self, base, name, controllers):
        self.folder, self.controllers, self.made = f"{base}/rota-{name}", controllers, 0
        os.mkdir(self.folder)
        if controllers and not write(self.folder + "/cgroup.subtree_control", " ".join("+" + c for c in controllers)):
            os.rmdir(self.folder)
            raise OSError(errno.EACCES, "the control group cannot be divided")

    def make(self, limits, scratch_counts):
        """`scratch_counts`: files of the execution lie in memory and count as such."""
        self.made += 1
        group = Group(f"{self.folder}/{self.made}")
        if "memory" in self.controllers:
            group.set("memory.max", limits["memory"] + (limits["disk"] if scratch_counts else 0))
            group.set("memory.swap.max", 0)
            group.set("memory.oom.group", 1)
        if "pids" in self.controllers:
            group.set("pids.max", limits["processes"])
        return group

    def remove(self):
        sweep_folder(self.folder)


class Group:
    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)

    def set(self, name, value):
        write(f"{self.folder}/{name}", str(value))  # kernels without swap have no file for it

    def door(self):
        """A descriptor through which a process enters by writing 0 to it, whatever it may see or do by then."""
        return os.open(self.folder + "/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)

    def kill(self):
        """All in it at once, so that none can fork away. Linux 5.14."""
        write(self.folder + "/cgroup.kill", "1")

    def out_of_memory(self):
        """The kernel ended processes of it for want of memory."""
        counts = dict(line.split() for line in read(self.folder + "/memory.events").splitlines())
        return int(counts.get("oom_kill", 0)) > 0

    def remove(self):
        sweep_folder(self.folder)


def open_groups(name, server):
    """Groups for a keeper of this name, None where they could limit nothing."""
    base = find()
    if base is None:
        return None
    try:
        controllers = usable(base, server)
        return Groups(base, name, controllers) if controllers else None
    except OSError:
        return None


def sweep(name):
    """Ends and removes what a keeper of this name left."""
    base = find()
    if base is not None and os.path.isdir(f"{base}/rota-{name}"):
        sweep_folder(f"{base}/rota-{name}")


def sweep_folder(folder):
    write(folder + "/cgroup.kill", "1")
    try:
        inner = [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for each in inner:
        sweep_folder(each)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.rmdir(folder)
            return
        except OSError as error:
            # Busy until the last killed process is gone.
            if error.errno != errno.EBUSY or time.monotonic() > until:
                return
            time.sleep(0.002)


def enter(fds):
    """Through the door among these descriptors, if there is one."""
    door = fds.pop("group", None)
    if door is not None:
        os.write(door, b"0")
        os.close(door)


def descends(pid, ancestor):
    while pid > 1 and pid != ancestor:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                pid = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            return True  # ended meanwhile
    return pid == ancestor


def make(folder):
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return True


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def write(path, text):
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except OSError:
        return False
    return True
