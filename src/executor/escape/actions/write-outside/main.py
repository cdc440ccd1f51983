"""Writes where it should not."""
import mmap
import os
import sys

from attempt import Held, Look, attempt, read, tried, write

HERE = os.path.dirname(os.path.abspath(__file__))
DATA, OUTSIDE = os.environ["DATA"], os.environ["ELSEWHERE"] + "/escaped"


@attempt
def own_bundle():
    return write(HERE + "/main.py")


@attempt
def new_file_in_own_bundle():
    return write(HERE + "/new.py")


@attempt
def own_bundle_after_chmod():
    os.chmod(HERE, 0o777)
    return write(HERE + "/new.py")


@attempt
def own_bundle_behind_a_link():
    os.symlink(HERE + "/main.py", "link-to-main")
    return write("link-to-main")


@attempt
def own_bundle_through_memory():
    """A private mapping is changed by way of /proc/self/mem; the file must stay what it was."""
    before = read(HERE + "/main.py")
    with open(HERE + "/main.py", "rb") as file, open("/proc/self/mem", "r+b", buffering=0) as memory:
        mapped = mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
        with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
            address = next(int(line.split("-")[0], 16) for line in maps if "main.py" in line)
        memory.seek(address)
        memory.write(b"#")
        mapped.close()
    if read(HERE + "/main.py") == before:
        raise Held("only its own copy changed")
    return "changed"


@attempt
def own_bundle_moved_away():
    os.rename(HERE, HERE + "-moved")
    os.rename(HERE + "-moved", HERE)


@attempt
def bundle_of_another_action():
    return write(os.environ["OTHER"] + "/main.py")


@attempt
def data_folder():
    write(DATA + "/new")
    raise Look(file=DATA + "/new")


@attempt
def permissions_of_the_key():
    """For the attempt, those that it has are set again."""
    os.chmod(DATA + "/secret.key", 0o600)


@attempt
def folder_of_executions():
    """Where the keeper keeps the program that starts each action."""
    runner = os.path.dirname(os.environ["ROTA_EXECUTION"]) + "/runner.py"
    if not os.path.exists(runner):
        raise Held("not in sight")
    return write(runner)


@attempt
def own_result_replaced_by_a_link():
    """The server reads the result: were it a link, it would read what this action may not."""
    result = os.environ["ROTA_EXECUTION"] + "/result"
    os.unlink(result)
    os.symlink(DATA + "/secret.key", result)


@attempt
def temporary_folder_of_the_machine():
    write(OUTSIDE)
    raise Look(file=OUTSIDE)


@attempt
def programs_of_the_machine():
    return write("/usr/bin/escaped")


@attempt
def settings_of_the_machine():
    return write("/etc/escaped")


@attempt
def root_folder():
    return write("/escaped")


@attempt
def interpreter():
    return write(os.path.dirname(os.path.realpath(sys.executable)) + "/escaped")


main = tried()
