"""
A zygote: an interpreter that has imported what executions of one dependency environment need, confined before it did
(zygote_cell.py), and forks an execution when asked. It never imports a module of an action, and never sees an
execution's variables: those wait in a file that only the fork reads.

    python -I -S -B -X utf8 zygote.py [FOLDER OF PACKAGES]
"""
import sys

AT_START = frozenset(sys.modules)  # what an interpreter has before it runs anything

import gc  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402

OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, OWN_FOLDER)

import forked  # noqa: E402
import messages  # noqa: E402
import runner  # noqa: E402
import system_calls as system  # noqa: E402

DOOR = 3
ZYGOTE = os.getpid()
UNUSUAL = 10_000  # a process number that no execution gets to, as the cell gives it to its zygote where it can
MARKER = ".rota-environment.json"  # what an environment was made of
# What actions import most, without side effects: what costs an interpreter's start again and again.
STANDARD = (
    "base64", "collections", "concurrent.futures", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal",
    "email.message", "enum", "functools", "glob", "gzip", "hashlib", "hmac", "html", "http.client", "inspect", "io",
    "itertools", "json", "logging", "math", "pathlib", "pickle", "platform", "queue", "random", "re", "secrets",
    "shutil", "signal", "site", "socket", "sqlite3", "ssl", "statistics", "string", "struct", "subprocess", "tempfile",
    "textwrap", "threading", "time", "traceback", "types", "typing", "urllib.parse", "urllib.request", "uuid",
    "zoneinfo",
)  # fmt: skip


def preload(packages):
    """Whatever cannot be imported is left out: the execution that needs it tells why, better than we could."""
    import_all(STANDARD)
    forked.unasked[0] = forked.held()
    if packages:
        runner.add_packages(packages)
        import_all(modules_in(packages))


def import_all(names):
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            pass


def modules_in(packages):
    """The modules of the packages that were asked for; those that came along are imported by them."""
    metadata = importlib.import_module("importlib.metadata")
    with open(os.path.join(packages, MARKER), encoding="utf-8") as file:
        wanted = [re.match(r"[A-Za-z0-9._-]*", requirement).group() for requirement in json.load(file)["requirements"]]
    names = []
    for distribution in wanted:
        try:
            found = metadata.distribution(distribution)
            listed = (found.read_text("top_level.txt") or "").split()
            tops = {path.parts[0] for path in found.files or () if path.suffix in (".py", ".so")}
            names += listed or [top[:-3] if top.endswith(".py") else top.partition(".")[0] for top in sorted(tops)]
        except Exception:
            pass  # not installed under that name: it has its reasons
    return [name for name in names if name.isidentifier()]


def serve(door):
    """Forks an execution for each message. Returns only in the forks, as what they are to run."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody to wait for: the keeper watches them itself
    gc.collect()
    gc.freeze()  # a collection in a fork would touch, and so copy, every page
    while True:
        message, fds = messages.receive(door)
        if message is None:
            os._exit(0)
        if fork_into_namespace(own, fds):
            door.close()
            os.close(own)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return forked.become_first(fds)
        for fd in fds.values():
            os.close(fd)


def fork_into_namespace(own, fds):
    """True in the fork, which is process 1 of a new namespace."""
    try:
        system.join_namespace(own, system.NEW_PID)  # back to ours: the one of the fork before is done with
        system.unshare(system.NEW_PID)
        return os.fork() == 0
    except OSError as error:
        with socket.socket(fileno=os.dup(fds["control"])) as control:
            messages.send(control, {"failed": str(error)})
        return False


def renew():
    """What must differ between executions, and was made in the zygote. `random` does so by itself."""
    # OpenSSL knows a fork by its process number, and those of executions start at 2 again and again.
    if ZYGOTE < UNUSUAL and "ssl" in sys.modules:
        sys.modules["ssl"].RAND_add(os.urandom(32), 32.0)
    if "uuid" in sys.modules:
        renew_identifiers(sys.modules["uuid"])
    numbers = sys.modules.get("numpy.random")
    if numbers is not None:
        numbers.seed()


def renew_identifiers(uuid):
    """Those of time and machine: two forks in the same microsecond would make the same one."""
    for name in ("_last_timestamp", "_node"):
        if hasattr(uuid, name):
            setattr(uuid, name, None)
    if getattr(uuid, "_generate_time_safe", None) is not None:
        # The system's library holds its sequence where we cannot renew it; Python draws another for each.
        uuid._node = uuid.getnode()
        uuid._generate_time_safe = None


def main():
    door = socket.socket(fileno=DOOR)
    door.set_inheritable(False)
    try:
        preload(sys.argv[1] if len(sys.argv) > 1 else None)
        runner.find_ours()  # here, so that no fork has to look through all modules
        threads = len(os.listdir("/proc/self/task")) - 1
        messages.send(door, {"threads": threads})
    except BaseException as error:
        messages.send(door, {"failed": f"{type(error).__name__}: {error}"})
        raise
    if threads:
        os._exit(0)  # a fork would lack them
    spec, _ = serve(door)
    renew()
    runner.AT_START = AT_START
    runner.execute_and_leave(spec["task"])


if __name__ == "__main__":
    main()
