"""
How the actions of the escape suite say what they managed: each attempt is told twice on stdout, as a line of JSON,
before it is made and when it is over, so that the one which its run did not survive is known too.

An attempt that returns got through: "open". It was held when it raised OSError, MemoryError or Held. Any other
exception is a mistake in the attempt itself: "broken". What only the outside can tell, it asks by raising Look.
"""
import ctypes
import json
import os
import platform

_attempts = []
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
# A library may answer these only when the filter of system calls or the kernel's own rights said no.
_REFUSALS = (1, 13, 38)  # EPERM, EACCES, ENOSYS


class Held(Exception):
    """Kept from it, by something else than an error of the system."""


class Look(Exception):
    """Open if, after the run, this file exists, such a process lives, or the other run's output has this line."""

    def __init__(self, file=None, process=None, line=None):
        super().__init__("looked at from outside")
        self.what = {"file": file, "process": process, "line": line}


def attempt(function):
    _attempts.append(function)
    return function


def tried():
    """The last line of an action: `main = tried()`. The attempts are made here, or when main is called."""
    if os.environ["AT"] != "module":
        return _try_all
    _try_all()
    return lambda: None


def _try_all():
    for function in _attempts:
        name = function.__name__.replace("_", "-")
        _tell({"attempt": name})
        _tell({"attempt": name, **_outcome(function)})


def _outcome(function):
    try:
        return {"outcome": "open", "detail": _short(function())}
    except Look as look:
        return {"outcome": "look", "detail": str(look), "look": look.what}
    except (OSError, MemoryError, Held) as error:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return {"outcome": "held", "detail": _short(text)}
    except BaseException as error:
        return {"outcome": "broken", "detail": _short(f"{type(error).__name__}: {error}")}


def _short(value):
    return str(value)[:200]


def _tell(what):
    print(json.dumps(what), flush=True)


def system_call(numbers, *arguments):
    """Makes a system call by its number on (x86_64, aarch64). A mistake in its arguments means that it was let in."""
    number = numbers[0 if platform.machine() == "x86_64" else 1]
    converted = [a if isinstance(a, (bytes, type(None))) else ctypes.c_long(a) for a in arguments]
    answer = _libc.syscall(ctypes.c_long(number), *converted)
    if answer < 0 and ctypes.get_errno() in _REFUSALS:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer if answer >= 0 else "let in: " + os.strerror(ctypes.get_errno())


def read(path):
    with open(path, "rb") as file:
        return file.read(200).decode("utf-8", "replace")


def write(path, mode="a"):
    with open(path, mode, encoding="ascii") as file:
        file.write("# escaped\n")
    return path
