"""Reads what the server keeps to itself."""
import os

from attempt import Held, attempt, read, tried

DATA, SERVER, KEEPER = os.environ["DATA"], os.environ["SERVER"], os.environ["KEEPER"]


@attempt
def database():
    return read(DATA + "/rota.db")


@attempt
def key():
    return read(DATA + "/secret.key")


@attempt
def list_data_folder():
    """Folders on the way to what an execution may see are there, with nothing else in them."""
    others = set(os.listdir(DATA)) - {"bundles", "environments", "executions"}
    if not others:
        raise Held("nothing but the way to its own")
    return others


@attempt
def environment():
    return read(f"/proc/{SERVER}/environ")


@attempt
def environment_of_process_1():
    return read("/proc/1/environ")


@attempt
def memory():
    with open(f"/proc/{SERVER}/mem", "rb"):
        return "opened"


@attempt
def open_files():
    return os.readlink(f"/proc/{SERVER}/fd/0")


@attempt
def file_through_its_root():
    return read(f"/proc/{SERVER}/root{DATA}/secret.key")


@attempt
def memory_of_the_keeper():
    with open(f"/proc/{KEEPER}/mem", "rb"):
        return "opened"


@attempt
def variables_inherited():
    others = sorted(set(os.environ) - set(os.environ["NAMES"].split()))
    if not others:
        raise Held("nothing but its own")
    return others


main = tried()
