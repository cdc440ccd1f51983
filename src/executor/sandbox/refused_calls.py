"""
The seccomp filter: system calls that no action needs and that escapes are made of. A refusal is EPERM, never a kill,
so that a library which only probes for one of them carries on.
"""
import struct

import system_calls

# name: (x86_64, aarch64). From 424 on the numbers are the same everywhere.
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
# What a zygote does for its executions, which are refused it before they begin.
OF_ZYGOTES = ("mount", "mount_setattr", "move_mount", "open_tree", "setns", "umount2", "unshare")
CLONE, CLONE3 = (56, 220), 435
SOCKET, VSOCK = (41, 198), 40
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, NOT_THERE = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def instructions(only=None, besides=()):
    """
    The filter as packed BPF: all of REFUSED, or `only` these, `besides` those that are let through. Filters add up: a
    later one refuses more. Every jump below skips the one RETURN that follows it.
    """
    column = 0 if system_calls.MACHINE == "x86_64" else 1

    def step(code, value, then=0, otherwise=0):
        return struct.pack("HBBI", code, then, otherwise, value)

    # Another instruction set (32-bit programs) numbers its calls differently: none of it.
    program = [step(LOAD, 4), step(JUMP_EQUAL, ARCHITECTURE[system_calls.MACHINE], 1, 0), step(RETURN, REFUSE)]
    program.append(step(LOAD, 0))
    if column == 0:  # the x32 numbering
        program += [step(JUMP_AT_LEAST, 0x40000000, 0, 1), step(RETURN, REFUSE)]
    # clone3 hides its flags behind a pointer: "not there" makes the C library fall back to clone.
    program += [step(JUMP_EQUAL, CLONE3, 0, 1), step(RETURN, NOT_THERE)]
    for numbers in [REFUSED[name] for name in only or REFUSED if name not in besides]:
        program += [step(JUMP_EQUAL, numbers[column], 0, 1), step(RETURN, REFUSE)]
    # clone is how threads and processes are made: refused only with a flag that asks for a namespace.
    program += [step(JUMP_EQUAL, CLONE[column], 0, 3), step(LOAD, 16)]
    program += [step(JUMP_ANY_BIT, system_calls.ALL_NAMESPACES, 0, 1), step(RETURN, REFUSE)]
    # A virtual machine's way to its host: no network namespace holds it, so `network: false` would not either.
    program += [step(LOAD, 0), step(JUMP_EQUAL, SOCKET[column], 0, 3), step(LOAD, 16)]
    program += [step(JUMP_EQUAL, VSOCK, 0, 1), step(RETURN, REFUSE)]
    program.append(step(RETURN, ALLOW))
    return b"".join(program)
