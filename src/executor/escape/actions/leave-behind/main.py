"""Leaves what is hard or dangerous to remove; looked at after the run."""
import os

from attempt import Held, Look, attempt, tried

HOME = os.environ["HOME"]


@attempt
def link_to_the_data_folder():
    """Cleaning up must remove the link, never what it leads to: `marker` would then be gone and be told as such."""
    os.symlink(os.environ["DATA"], HOME + "/link")
    raise Look(file=HOME + "/link")


@attempt
def hostile_names():
    for name in (b"new\nline", b"-rf", b"\xff\xfe", b"*", b"\x1b[31m", b"n" * 255):
        with open(os.path.join(os.fsencode(HOME), name), "wb"):
            pass
    raise Look(file=HOME + "/-rf")


@attempt
def folder_without_permissions():
    os.makedirs(HOME + "/locked/inner")
    os.chmod(HOME + "/locked", 0)
    raise Look(file=HOME + "/locked")


@attempt
def path_longer_than_the_system_takes():
    os.makedirs(HOME + "/deep")
    os.chdir(HOME + "/deep")
    for _ in range(40):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.chdir(HOME)
    raise Look(file=HOME + "/deep")


@attempt
def named_pipe():
    os.mkfifo(HOME + "/pipe")
    raise Look(file=HOME + "/pipe")


@attempt
def device():
    os.mknod(HOME + "/device", 0o020666, os.makedev(1, 1))
    return "made"


@attempt
def file_that_keeps_its_user():
    """A setuid copy of a program: it must not be there when the run is over."""
    with open("/bin/true", "rb") as source, open(HOME + "/setuid", "wb") as copy:
        copy.write(source.read())
    os.chmod(HOME + "/setuid", 0o4755)
    raise Look(file=HOME + "/setuid")


@attempt
def file_in_the_temporary_folder():
    name = "/tmp/escaped-" + os.environ["TOKEN"]
    with open(name, "w", encoding="ascii") as file:
        file.write("x")
    raise Look(file=name)


@attempt
def shared_memory_of_posix():
    name = "/dev/shm/escaped-" + os.environ["TOKEN"]
    with open(name, "w", encoding="ascii") as file:
        file.write("x")
    raise Look(file=name)


@attempt
def shared_memory_of_system_v():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.shmget(0x0E5C, 4096, 0o1600)
    if handle < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if os.readlink("/proc/self/ns/ipc") != os.environ.get("IPC"):
        libc.shmctl(handle, 0, None)
        raise Held("in a namespace of its own")
    libc.shmctl(handle, 0, None)
    return "it would stay"


main = tried()
