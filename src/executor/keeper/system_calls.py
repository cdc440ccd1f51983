"""The few Linux system calls that Python's standard library lacks. Elsewhere every name here answers an error."""
import ctypes
import errno
import os
import platform
import struct
import sys

LINUX = sys.platform.startswith("linux")
MACHINE = platform.machine()

# unshare() and clone(): one name per kind of namespace.
NEW_MOUNT, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
ALL_NAMESPACES = NEW_MOUNT | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_USER | NEW_PID | NEW_NET

# mount()
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
RECURSIVE, PRIVATE = 16384, 1 << 18
DETACH = 2

SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, DROP_BOUNDING, SET_SUBREAPER, SET_NO_NEW_PRIVILEGES = 1, 4, 24, 36, 38
SET_SECCOMP, SET_KEEP_CAPABILITIES, AMBIENT = 22, 8, 47
# Capabilities: of the user namespace that one is in.
CAN_SET_GID, CAN_SET_UID, CAN_BOUND, CAN_SET_NETWORK, CAN_SET_SYSTEM = 6, 7, 8, 12, 21

# Numbers that differ: (x86_64, aarch64).
NUMBER = {
    "capget": (125, 90),
    "capset": (126, 91),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
}
HERE, EMPTY_PATH, WHOLE_TREE = -100, 0x1000, 0x8000  # AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE

_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None
if _libc:
    _libc.syscall.restype = ctypes.c_long


def _checked(answer, what):
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, what + ": " + os.strerror(number))
    return answer


def _bytes(text):
    return None if text is None else os.fsencode(text)


def number(name):
    if MACHINE not in ("x86_64", "aarch64"):
        raise OSError(errno.ENOSYS, f"{name}: the system calls of {MACHINE} are not known")
    return NUMBER[name][0 if MACHINE == "x86_64" else 1]


def prctl(option, value, what):
    if _libc:
        _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)


def unshare(kinds):
    _checked(_libc.unshare(kinds), "unshare")


def join_namespace(fd, kind):
    _checked(_libc.setns(fd, kind), "setns")


def mount(source, target, kind=None, flags=0, data=None):
    answer = _libc.mount(_bytes(source), _bytes(target), _bytes(kind), ctypes.c_ulong(flags), _bytes(data))
    _checked(answer, "mount " + target)


def unmount(target, flags=0):
    _checked(_libc.umount2(_bytes(target), flags), "umount " + target)


def pivot_root(new, old):
    _checked(_libc.syscall(number("pivot_root"), _bytes(new), _bytes(old)), "pivot_root")


def detach_read_only(path):
    """
    A copy of the tree of mounts at `path`, read-only, that is nowhere yet: a descriptor for attach(), also by a process
    that cannot see `path`. Linux 5.12.
    """
    fd = _checked(
        _libc.syscall(number("open_tree"), HERE, _bytes(path), 1 | os.O_CLOEXEC | WHOLE_TREE), "open_tree " + path
    )
    try:
        _checked(_set_read_only(fd, b"", EMPTY_PATH), "mount_setattr " + path)
    except OSError:
        os.close(fd)
        raise
    return fd


def attach(fd, target):
    _checked(_libc.syscall(number("move_mount"), fd, b"", HERE, _bytes(target), 4), "move_mount " + target)


def _set_read_only(fd, path, flags):
    attributes = struct.pack("QQQQ", READ_ONLY | NO_SUID, 0, 0, 0)
    size = ctypes.c_size_t(len(attributes))
    return _libc.syscall(number("mount_setattr"), fd, path, WHOLE_TREE | flags, attributes, size)


def make_read_only(path):
    """The mount at `path` and all below it become read-only; on kernels before 5.12 only the mount itself."""
    if _set_read_only(HERE, _bytes(path), 0) < 0:
        # Flags that the mount already has may be locked: a remount must repeat them.
        has = os.statvfs(path).f_flag
        keep = sum(flag for flag in (NO_SUID, NO_DEV, NO_EXEC) if has & flag)
        mount(None, path, None, REMOUNT | BIND | READ_ONLY | NO_SUID | keep)


def bound_capabilities():
    """No file that is executed can give a capability again. Without the right to say so there is none to lose."""
    for capability in range(64) if _libc else ():
        _libc.prctl(DROP_BOUNDING, ctypes.c_ulong(capability), 0, 0, 0)


def drop_capabilities():
    keep_capabilities(())


def keep_capabilities(kept):
    """These and no others; an unprivileged program that is executed keeps them, too."""
    bits = sum(1 << capability for capability in kept)
    header, sets = struct.pack("Ii", 0x20080522, 0), struct.pack("III12x", bits, bits, bits)
    _checked(_libc.syscall(number("capset"), header, sets), "capset")
    for capability in kept:
        _checked(_libc.prctl(AMBIENT, ctypes.c_ulong(2), ctypes.c_ulong(capability), 0, 0), "ambient capabilities")


def regain_capabilities():
    """A change of user leaves them permitted, not in effect."""
    header, sets = struct.pack("Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    _checked(_libc.syscall(number("capget"), header, sets), "capget")
    low, high = struct.unpack("4xI4x4xI4x", sets.raw)
    sets = struct.pack("IIIIII", low, low, 0, high, high, 0)
    _checked(_libc.syscall(number("capset"), header, sets), "capset")


def pid_descriptor(pid):
    """Readable once the process has ended, and with it, for process 1 of a namespace, all others in that."""
    return _checked(_libc.syscall(number("pidfd_open"), pid, 0), "pidfd_open")


def set_host_name(name):
    _checked(_libc.sethostname(_bytes(name), ctypes.c_size_t(len(name))), "sethostname")


def install_filter(instructions):
    """A seccomp filter, given as packed BPF instructions of 8 bytes each. For this process and all it starts."""
    code = ctypes.create_string_buffer(instructions, len(instructions))
    program = struct.pack("HxxxxxxP", len(instructions) // 8, ctypes.addressof(code))
    _checked(_libc.prctl(SET_SECCOMP, ctypes.c_ulong(2), program, 0, 0), "seccomp")


def landlock_version():
    """0 where the kernel has no Landlock. The three numbers below are the same on every machine."""
    return max(0, _libc.syscall(444, None, ctypes.c_size_t(0), 1)) if _libc else 0


def landlock_create(attributes):
    return _checked(_libc.syscall(444, attributes, ctypes.c_size_t(len(attributes)), 0), "landlock")


def landlock_allow(rules, place, access):
    rule = struct.pack("=Qi", access, place)
    _checked(_libc.syscall(445, rules, 1, rule, 0), "landlock rule")


def landlock_restrict(rules):
    _checked(_libc.syscall(446, rules, 0), "landlock restriction")
