"""System calls that no action needs and that escapes are made of. A refusal must be an error, never a kill."""
import ctypes

from attempt import attempt, system_call, tried

TEXT = ctypes.create_string_buffer(b"/tmp")
PLACE = ctypes.addressof(TEXT)
# name: (number on x86_64, on aarch64, arguments)
CALLS = {
    "acct": (163, 89, 0),
    "add_key": (248, 217, 0, 0, 0, 0, 0),
    "bpf": (321, 280, 0, 0, 0),
    "chroot": (161, 51, PLACE),
    "clone_into_a_user_namespace": (56, 220, 0x10000000 | 17, 0, 0, 0, 0),
    "clone_into_a_mount_namespace": (56, 220, 0x00020000 | 17, 0, 0, 0, 0),
    "clone3": (435, 435, 0, 0),
    "fanotify_init": (300, 262, 0, 0),
    "fsopen": (430, 430, PLACE, 0),
    "init_module": (175, 105, 0, 0, 0),
    "io_uring_setup": (425, 425, 1, 0),
    "kcmp": (312, 272, 1, 1, 0, 0, 0),
    "kexec_load": (246, 104, 0, 0, 0, 0),
    "keyctl": (250, 219, 0, 0, 0, 0, 0),
    "memfd_create": (319, 279, PLACE, 0),
    "memfd_secret": (447, 447, 0),
    "modify_ldt": (154, -1, 0, 0, 0),
    "mount": (165, 40, PLACE, PLACE, PLACE, 0, 0),
    "move_mount": (429, 429, 0, 0, 0, 0, 0),
    "open_by_handle_at": (304, 265, 0, 0, 0),
    "open_tree": (428, 428, -100, PLACE, 1),
    "perf_event_open": (298, 241, 0, 0, -1, -1, 0),
    "personality_without_random_addresses": (135, 92, 0x0040000),
    "personality_with_executable_data": (135, 92, 0x0400000),
    "pidfd_getfd": (438, 438, 0, 0, 0),
    "pivot_root": (155, 41, PLACE, PLACE),
    "process_madvise": (440, 440, 0, 0, 0, 0, 0),
    "process_vm_readv": (310, 270, 1, 0, 0, 0, 0, 0),
    "ptrace": (101, 117, 0, 0, 0, 0),
    "quotactl": (179, 60, 0, 0, 0, 0),
    "reboot": (169, 142, 0, 0, 0, 0),
    "request_key": (249, 218, 0, 0, 0, 0),
    "setns": (308, 268, 0, 0),
    "settimeofday": (164, 170, 0, 0),
    "clock_settime": (227, 112, 0, 0),
    "ioperm": (173, -1, 0, 1, 1),
    "swapon": (167, 224, PLACE, 0),
    "syslog": (103, 116, 3, 0, 0),
    "umount": (166, 39, PLACE, 2),
    "unshare_files": (272, 97, 0x400),
    "unshare_a_user_namespace": (272, 97, 0x10000000),
    "unshare_a_network_namespace": (272, 97, 0x40000000),
    "userfaultfd": (323, 282, 0),
    "vhangup": (153, 58),
}


def calling(name, x86, arm, *arguments):
    def call():
        return system_call((x86, arm), *arguments)

    call.__name__ = name
    return call


for each, (first, second, *given) in CALLS.items():
    attempt(calling(each, first, second, *given))

main = tried()
