"""
Runs inside an execution: imports the action's main.py, calls main() once, and says how that went.

What the action writes and logs goes through one channel, so that lines keep the order they were made in. A message is
one kind byte, a length of two bytes, and at most PIPE_BUF bytes in all: such writes are never mixed with one another,
not even those of threads and forked processes.
    1 2  stdout, stderr      D I W E C  log lines by level      R  the report, JSON, once, last
Descriptors 1 and 2 are plain pipes for what is not Python (subprocesses, C code).
"""
import sys

AT_START = frozenset(sys.modules)  # what an interpreter has before it runs anything

import atexit  # noqa: E402
import importlib.util  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import select  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402
import types  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kept_calls  # noqa: E402

INPUT, RESULT, CHANNEL = 3, 4, 5
HEADER = struct.Struct("!cH")
PIECE = getattr(select, "PIPE_BUF", 512) - HEADER.size
TARGET = 1 << 20  # bytes of a result that are encoded at a time
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
LONGEST_REASON = 500
LONGEST_TRACEBACK = 64 * 1024
loaded = []  # the action's main, once it was imported
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))


def send(kind, data):
    view = memoryview(data)
    for start in range(0, len(view), PIECE):
        piece = view[start : start + PIECE]
        os.write(CHANNEL, HEADER.pack(kind, len(piece)) + piece)


class Stream(io.RawIOBase):
    """sys.stdout and sys.stderr write here; their descriptors stay those that subprocesses inherit."""

    def __init__(self, kind, descriptor):
        super().__init__()
        self.kind, self.descriptor = kind, descriptor

    def writable(self):
        return True

    def fileno(self):
        return self.descriptor

    def isatty(self):
        return False

    def write(self, data):
        if self.closed:
            raise ValueError("I/O operation on closed file")
        send(self.kind, bytes(data))
        return len(data)


class Records(logging.Handler):
    """The handler of the logger that main(data, logger) gets: one line of the message, one line of the log."""

    def emit(self, record):
        try:
            level = next((kind for least, kind in LEVELS if record.levelno >= least), b"D")
            text = self.format(record).encode("utf-8", "backslashreplace")
            for line in text.splitlines() or [b""]:
                send(level, line + b"\n")
        except Exception:  # as every handler of the standard library does
            self.handleError(record)


LEVELS = ((50, b"C"), (40, b"E"), (30, b"W"), (20, b"I"))


class Refused(Exception):
    """main() did something that the run fails for: a sentence for its author."""

    end = "failed"


class TooLarge(Refused):
    end = "output_limit"


def open_streams():
    for name, kind, descriptor in (("stdout", b"1", 1), ("stderr", b"2", 2)):
        raw = io.BufferedWriter(Stream(kind, descriptor))
        wrapper = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, wrapper)


def make_logger():
    logger = logging.getLogger("action")
    if logger.handlers:
        return logger  # of an earlier call
    logger.setLevel(logging.DEBUG)
    logger.propagate = False  # the action's own basicConfig() must not print each record a second time
    logger.addHandler(Records())
    return logger


def add_packages(folder):
    site = importlib.import_module("site")
    sys.path.insert(0, folder)
    site.addsitedir(folder)  # for the .pth files that some packages bring


def set_import_path(task):
    """The bundle first, as `python main.py` would; then the dependency environment, or the bundle's own folder."""
    bundle = task["bundle"]
    bundled = os.path.join(bundle, "dependencies")
    packages = task["environment"] or (bundled if os.path.isdir(bundled) else None)
    if packages and packages not in sys.path:
        add_packages(packages)
    sys.path[:] = [bundle] + [folder for folder in sys.path if folder != OWN_FOLDER]
    sys.argv = [os.path.join(bundle, "main.py")]
    # `site` as a whole is off (no packages of the machine's are seen); exit() and quit() are still expected.
    importlib.import_module("site").setquit()
    forget_shadowed(bundle)


def forget_shadowed(bundle):
    """A module that the bundle has under the same name is the bundle's, as it would be for `python main.py`."""
    with os.scandir(bundle) as listing:
        entries = [entry for entry in listing if entry.name.endswith(".py") or entry.is_dir()]
    own = {
        entry.name[:-3] if entry.name.endswith(".py") else entry.name
        for entry in entries
        if entry.name.endswith(".py") or os.path.isfile(os.path.join(entry.path, "__init__.py"))
    }
    for name in [name for name in sys.modules if name.partition(".")[0] in own - AT_START]:
        del sys.modules[name]


def forget_ours():
    """Our own modules, which an action's may be named like. What refers to them still does."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(OWN_FOLDER + os.sep):
            del sys.modules[name]
    sys.modules["__main__"] = types.ModuleType("__main__")


def load_main(task):
    path = os.path.join(task["bundle"], "main.py")
    if not os.path.isfile(path):
        raise Refused("main.py is missing")
    specification = importlib.util.spec_from_file_location("main", path)
    module = importlib.util.module_from_spec(specification)
    sys.modules["main"] = module
    specification.loader.exec_module(module)
    main = getattr(module, "main", None)
    if not callable(main):
        raise Refused("main.py does not define a function main()")
    loaded.append(main)


def call_main(task, logger):
    if not loaded:
        load_main(task)
    [main] = loaded
    if task["entry"] == "scheduled":
        return main()
    return main(read_input(), logger)


def read_input():
    try:
        with open(INPUT, encoding="utf-8") as file:
            return json.load(file)
    except ValueError as error:
        raise Refused(f"The input is not JSON: {error}") from None


def write_result(value, task):
    """Answers whether there is a result. A piece at a time: memory stays near that of the list itself."""
    if task["entry"] == "scheduled":
        if value is None:
            return False
        pieces = [encode(value, "")]
    elif not isinstance(value, list):
        hint = "; return list(...) instead" if hasattr(value, "__next__") else ""
        raise Refused(f"main() returned {describe(value)}; a real-time action returns a list{hint}")
    else:
        pieces = in_brackets(value)
    written = 0
    with open(RESULT, "wb") as file:
        for piece in pieces:
            written += len(piece)
            if written > task["limit"]:
                raise TooLarge(f"main() returned more than {task['limit']} bytes of JSON (resources.output)")
            file.write(piece)
    return True


def in_brackets(items):
    """Many items at once, as each call of the encoder costs as much as a small item; but no more than about a MiB."""
    yield b"["
    start, count = 0, 1
    while start < len(items):
        some = items[start : start + count]
        piece = encode_some(some, start)
        yield (b"," if start else b"") + piece
        start += len(some)
        count = max(1, min(10_000, len(some) * TARGET // max(1, len(piece))))
    yield b"]"


def encode_some(items, start):
    try:
        return ENCODER.encode(items)[1:-1].encode("utf-8")
    except Exception:
        # One of them is no JSON: alone, it is told by its place.
        return b",".join(encode(item, f"[{start + index}]") for index, item in enumerate(items))


def encode(value, where):
    try:
        return ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        reason = "text with a lone surrogate, which is no valid Unicode"
    except RecursionError:
        reason = "a value that is nested too deeply"
    except (TypeError, ValueError) as error:
        reason = str(error)
        if "Circular" in reason:
            reason = "a value that contains itself"
        elif "Out of range" in reason:
            reason = "NaN or infinity, which JSON does not have"
    raise Refused(f"main() returned a value that is not JSON{' at ' + where if where else ''}: {reason}")


def describe(value):
    return "None" if value is None else "a value of type " + type(value).__name__


def explain(error, bundle):
    """`ZeroDivisionError: division by zero (main.py:12)`, on one line, of bounded length."""
    try:
        message = str(error)
    except BaseException:
        message = "<its message could not be read>"
    message = " ".join(message[: 2 * LONGEST_REASON].split())
    if len(message) > LONGEST_REASON:
        message = message[:LONGEST_REASON] + "…"
    name = type(error).__name__
    hint = ". Packages are declared in pyproject.toml." if isinstance(error, ModuleNotFoundError) else ""
    return (f"{name}: {message}" if message else name) + where(error, bundle) + hint


def where(error, bundle):
    """The innermost line of the action's own files, relative to its folder."""
    file, line = None, None
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(bundle + os.sep) and not isinstance(error, SyntaxError):
            file, line = name, trace.tb_lineno
        trace = trace.tb_next
    if file is None or not str(file).startswith(bundle + os.sep):
        return ""
    return f" ({os.path.relpath(file, bundle)}:{line})"


def print_traceback(error):
    """To stderr, without the frames of this file and of the import machinery above the action's."""
    import traceback

    trace = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    try:
        text = "".join(traceback.format_exception(type(error), error, trace))
    except BaseException as problem:
        text = f"{type(error).__name__}: its traceback could not be printed ({type(problem).__name__})\n"
    if len(text) > LONGEST_TRACEBACK:
        half = LONGEST_TRACEBACK // 2
        text = f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
    send(b"2", text.encode("utf-8", "backslashreplace"))


def is_ours(name):
    return name.startswith((OWN_FOLDER + os.sep, "<frozen importlib"))


def run(task):
    """Answers the report: how it ended, why, whether there is a result, and the exit code that fits."""
    bundle = task["bundle"]
    try:
        value = call_main(task, make_logger())
        try:
            return {"end": "succeeded", "result": write_result(value, task)}
        except Refused as refusal:
            if task["entry"] == "realtime" or isinstance(refusal, TooLarge):
                raise
            send(b"W", f"{refusal}; it is not kept\n".encode("utf-8", "backslashreplace"))
            return {"end": "succeeded", "result": False}
    except Refused as refusal:
        return {"end": refusal.end, "reason": str(refusal)}
    except MemoryError as error:
        return {"end": "out_of_memory", "reason": explain(error, bundle), "error": error}
    except SystemExit as error:
        if error.code in (None, 0):
            if task["entry"] == "scheduled":
                return {"end": "succeeded", "result": False}
            return {"end": "failed", "reason": "main() left by sys.exit() instead of returning a list"}
        if isinstance(error.code, int):
            return {"end": "failed", "reason": f"sys.exit({error.code})", "code": error.code & 255}
        return {"end": "failed", "reason": explain(error, bundle), "code": 1}
    except BaseException as error:
        return {"end": "failed", "reason": explain(error, bundle), "error": error}


def finish(report, began):
    error = report.pop("error", None)
    code = report.pop("code", 0 if report["end"] == "succeeded" else 1)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # the action closed or replaced it
    if error is not None:
        print_traceback(error)
    used = resource.getrusage(resource.RUSAGE_SELF)
    report["cpu"], report["peak"] = round(1000 * (time.process_time() - began)), used.ru_maxrss * PEAK_UNIT
    send(b"R", json.dumps(report).encode())
    return code


def execute(task):
    """Answers the exit code of the interpreter that did it: when kept, after the last call."""
    open_streams()
    set_import_path(task)
    code = call(task, 0.0)
    while task["kept"] and loaded:
        task = kept_calls.next_call()
        if task is None:
            return 0
        code = call(task, time.process_time())
    return code


def call(task, began):
    report = run(task)
    report["kept"] = task["kept"] and bool(loaded)
    return finish(report, began)


def execute_and_leave(task):
    """The same in a fork, where an interpreter must not run down what it only inherited."""
    code = 1
    try:
        code = execute(task)
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()  # waits for threads, as the end of an interpreter does
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):
        pass  # the action closed or replaced its streams
    finally:
        os._exit(code)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    forget_ours()
    sys.exit(execute(given))
