"""Reads what belongs to other actions and other runs."""
import os

from attempt import Held, attempt, read, tried

OTHER, VICTIM, HOME = os.environ["OTHER"], os.environ["VICTIM"], os.environ["VICTIM_HOME"]


@attempt
def bundle_of_another_action():
    return read(OTHER + "/main.py")


@attempt
def list_of_all_bundles():
    others = set(os.listdir(os.path.dirname(OTHER))) - {os.path.basename(os.path.dirname(os.path.abspath(__file__)))}
    if not others:
        raise Held("nothing but its own")
    return others


@attempt
def temporary_file_of_another_run():
    return read(HOME + "/secret.txt")


@attempt
def temporary_file_through_proc():
    return read(f"/proc/{VICTIM}/cwd/secret.txt")


@attempt
def environment_of_another_run():
    return read(f"/proc/{VICTIM}/environ")


@attempt
def command_line_of_another_run():
    return read(f"/proc/{VICTIM}/cmdline")


@attempt
def memory_of_another_run():
    with open(f"/proc/{VICTIM}/mem", "rb"):
        return "opened"


@attempt
def other_processes():
    """Besides itself, its guardian and process 1."""
    known = {"1", str(os.getpid()), str(os.getppid())}
    others = [name for name in os.listdir("/proc") if name.isdigit() and name not in known]
    if not others:
        raise Held("none seen")
    return f"{len(others)} seen"


@attempt
def file_that_every_user_may_read():
    return read(os.environ["ELSEWHERE"] + "/readable.txt")


main = tried()
