"""
The seccomp filter: system calls that no action needs and that escapes are made of. A refusal is EPERM, never a kill,
so that a library which only probes for one of them carries on.
"""
import struct

import system_calls

# name: (x86_64, aarch64; None: it has no such call). From 424 on the numbers are the same everywhere.
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
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
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
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
    "vhangup": (153, 58),
    # Memory that no limit of a process counts, or that the kernel keeps when all processes are gone.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "semget": (64, 190),
    "shmget": (29, 194),
}
# What a zygote does for its executions, which are refused it before they begin.
OF_ZYGOTES = ("mount", "mount_setattr", "move_mount", "open_tree", "setns", "umount2", "unshare")
CLONE, CLONE3 = (56, 220), 435
SOCKET, SOCKETPAIR, VSOCK, DATAGRAM = (41, 198), (53, 199), 40, 2
# Characters put into a terminal as if its user had typed them; and the same by the console's own call.
IOCTL, TYPING = (16, 29), (0x5412, 0x541C)
# personality(): asking (all ones), plain Linux, and plain Linux that calls itself 32-bit. The others weaken memory.
PERSONALITY, PERSONALITIES = (135, 92), (0xFFFFFFFF, 0, 8)
TRUNCATE = (76, 45)
# What may be done to a process of the same user without a signal: the first argument that says to which, which must
# be 0 (itself). Limits, processors and priority of a server could be taken away so.
TO_WHICH = {
    "ioprio_set": (251, 30, 1),
    "prlimit64": (302, 261, 0),
    "sched_setaffinity": (203, 122, 0),
    "sched_setattr": (314, 274, 0),
    "sched_setparam": (142, 118, 0),
    "sched_setscheduler": (144, 119, 0),
    "setpriority": (141, 140, 1),
}
# In the first argument of these, "all of the same user".
ALL_OF_USER = {"ioprio_set": 3, "setpriority": 2}
LOAD, AND, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, NOT_THERE = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def instructions(only=None, besides=(), sockets=True, others=True, truncate=True):
    """
    The filter as packed BPF: all of REFUSED, or `only` these, `besides` those that are let through. Filters add up: a
    later one refuses more.
    Without `sockets` there are none but connected pairs, for what has no network namespace. Without `others` only
    itself can be limited and moved, for what has no process namespace. `truncate`: by path; for a Landlock that cannot
    restrict it.
    """
    column = 0 if system_calls.MACHINE == "x86_64" else 1
    # Another instruction set (32-bit programs) numbers its calls differently: none of it.
    program = [step(LOAD, 4), step(JUMP_EQUAL, ARCHITECTURE[system_calls.MACHINE], 1, 0), step(RETURN, REFUSE)]
    program.append(step(LOAD, 0))
    if column == 0:  # the x32 numbering
        program += [step(JUMP_AT_LEAST, 0x40000000, 0, 1), step(RETURN, REFUSE)]
    # clone3 hides its flags behind a pointer: "not there" makes the C library fall back to clone.
    program += [step(JUMP_EQUAL, CLONE3, 0, 1), step(RETURN, NOT_THERE)]
    for numbers in [REFUSED[name] for name in only or REFUSED if name not in besides]:
        program += refused(numbers[column]) if numbers[column] is not None else []
    # clone is how threads and processes are made: refused only with a flag that asks for a namespace.
    program += checked(CLONE[column], 0, [step(JUMP_ANY_BIT, system_calls.ALL_NAMESPACES, 0, 1), step(RETURN, REFUSE)])
    # A virtual machine's way to its host: no network namespace holds it, so `network: false` would not either.
    program += checked(SOCKET[column], 0, refused(VSOCK))
    program += checked(IOCTL[column], 1, refused(TYPING[0]) + refused(TYPING[1]))
    kinds = [step(JUMP_EQUAL, kind, len(PERSONALITIES) - index, 0) for index, kind in enumerate(PERSONALITIES)]
    program += checked(PERSONALITY[column], 0, [*kinds, step(RETURN, REFUSE)])
    if not sockets:
        program += refused(SOCKET[column])
        # A datagram socket can be sent elsewhere than to its pair.
        program += checked(SOCKETPAIR[column], 1, [step(AND, 0xF), *refused(DATAGRAM)])
    for name, (*numbers, argument) in TO_WHICH.items() if not others else ():
        program += checked(numbers[column], argument, [step(JUMP_EQUAL, 0, 1, 0), step(RETURN, REFUSE)])
        if name in ALL_OF_USER:
            program += checked(numbers[column], 0, refused(ALL_OF_USER[name]))
    if not truncate:
        program += refused(TRUNCATE[column])
    program.append(step(RETURN, ALLOW))
    return b"".join(program)


def step(code, value, then=0, otherwise=0):
    return struct.pack("HBBI", code, then, otherwise, value)


def refused(value):
    """Where the value at hand is this one: no."""
    return [step(JUMP_EQUAL, value, 0, 1), step(RETURN, REFUSE)]


def checked(number, argument, check):
    """The check, with the lower half of an argument at hand, for one call; then the number of the call is at hand again."""
    return [step(JUMP_EQUAL, number, 0, len(check) + 2), step(LOAD, 16 + 8 * argument), *check, step(LOAD, 0)]
