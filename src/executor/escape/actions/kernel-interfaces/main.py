"""Ways into the kernel that are no single system call: old call conventions, terminals, settings, devices."""
import ctypes
import fcntl
import glob
import mmap
import os
import platform
import resource
import signal
import subprocess
import termios

from attempt import Held, attempt, read, system_call, tried

X86 = platform.machine() == "x86_64"
HERE = os.path.dirname(os.path.abspath(__file__))


@attempt
def call_by_x32_number():
    """getpid, in the second numbering of x86-64: the same calls under numbers that a filter may have forgotten."""
    if not X86:
        raise Held("this processor has no such numbers")
    return system_call((0x40000000 + 39, -1))


@attempt
def call_by_32_bit_convention():
    """getpid by `int 0x80`, which counts calls as 32-bit programs do."""
    if not X86:
        raise Held("this processor has no such convention")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    child = os.fork()
    if child == 0:
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else 1)
    status = os.waitpid(child, 0)[1]
    if status != 0:
        raise Held("refused" if os.WIFEXITED(status) else signal.Signals(os.WTERMSIG(status)).name)
    return "called"


@attempt
def type_into_a_terminal():
    """TIOCSTI puts characters into a terminal as if its user had typed them."""
    if not os.path.exists("/dev/tty"):
        raise Held("no terminal in sight")
    with open("/dev/tty", "wb", buffering=0) as terminal:
        return fcntl.ioctl(terminal, termios.TIOCSTI, b"x")


@attempt
def type_into_own_terminal():
    """Even one of its own: the call is refused, whatever the terminal."""
    _, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    return fcntl.ioctl(terminal, termios.TIOCSTI, b"x")


@attempt
def kernel_setting():
    with open("/proc/sys/kernel/core_pattern", "r+", encoding="ascii"):
        return "opened for writing"


@attempt
def magic_key():
    with open("/proc/sysrq-trigger", "w", encoding="ascii"):
        return "opened for writing"


@attempt
def kernel_memory():
    with open("/proc/kcore", "rb") as file:
        return file.read(4)


@attempt
def kernel_addresses():
    with open("/proc/kallsyms", encoding="ascii") as file:
        address = file.readline().split()[0]
    if int(address, 16) == 0:
        raise Held("shown as zero")
    return address


@attempt
def kernel_log():
    return read("/dev/kmsg")


@attempt
def physical_memory():
    with open("/dev/mem", "rb"):
        return "opened"


@attempt
def disk_device():
    disks = [path for path in glob.glob("/dev/*") if not os.path.isdir(path) and is_block(path)]
    if not disks:
        raise Held("no disk in sight")
    with open(disks[0], "rb"):
        return disks[0]


def is_block(path):
    return os.stat(path).st_mode & 0o170000 == 0o060000


@attempt
def virtual_machine_device():
    with open("/dev/kvm", "rb"):
        return "opened"


@attempt
def device_settings():
    with open("/sys/kernel/uevent_helper", "w", encoding="ascii"):
        return "opened for writing"


@attempt
def control_groups():
    folder = next((path for path in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if os.path.isdir(path)), None)
    if folder is None:
        raise Held("not in sight")
    os.mkdir(folder + "/escaped")
    os.rmdir(folder + "/escaped")
    return folder


@attempt
def program_that_changes_the_user():
    """A copy of `id` with the setuid bit of another user lies in this bundle, where the server could put one."""
    program = HERE + "/setuid-id"
    if not os.path.exists(program):
        raise Held("only root can lay one down")
    user = subprocess.run([program, "-u"], stdout=subprocess.PIPE, check=False).stdout.decode().strip()
    if user == str(os.getuid()):
        raise Held("it ran as the action's own user")
    return user


@attempt
def capabilities():
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        held = {line.split()[0]: line.split()[1] for line in file if line.startswith("Cap")}
    if all(int(held[name], 16) == 0 for name in ("CapInh:", "CapPrm:", "CapEff:", "CapAmb:")):
        raise Held("it has none")
    return held


@attempt
def be_root():
    os.setuid(0)
    return os.getuid()


@attempt
def core_dump_limit():
    """1 is the one limit that also keeps the core from a program that the machine hands cores to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    if (soft, hard) == (1, 1):
        raise Held("no core, to no file and no program")
    return f"limits {soft} and {hard}"


@attempt
def raise_limits():
    kept = []
    for name in ("RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE"):
        kind = getattr(resource, name)
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (ValueError, OSError):
            kept.append(name)
    if len(kept) == 5:
        raise Held("all kept")
    return kept


@attempt
def real_time_scheduling():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


main = tried()
