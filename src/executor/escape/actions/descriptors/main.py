"""Uses descriptors that were left open, its own and those of its neighbours in the process tree."""
import os
import stat

from attempt import Held, attempt, tried

OWN = {0, 1, 2, 3, 4, 5}


@attempt
def inherited():
    more = [int(name) for name in os.listdir("/proc/self/fd") if int(name) not in OWN]
    more = {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in more if os.path.exists(f"/proc/self/fd/{fd}")}
    if not more:
        raise Held("none but its own")
    return more


@attempt
def folder_among_its_own():
    """An open folder outside would be a way out of any tree."""
    folders = [fd for fd in OWN if is_open(fd) and stat.S_ISDIR(os.fstat(fd).st_mode)]
    if not folders:
        raise Held("none")
    return folders


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@attempt
def those_of_its_guardian():
    return os.readlink(f"/proc/{os.getppid()}/fd/0")


@attempt
def those_of_the_keeper():
    return os.readlink(f"/proc/{os.environ['KEEPER']}/fd/0")


@attempt
def those_of_another_run():
    return os.readlink(f"/proc/{os.environ['VICTIM']}/fd/0")


@attempt
def folder_above_standard_input():
    return os.open("/dev/fd/0/..", os.O_RDONLY | os.O_DIRECTORY)


main = tried()
