"""Runs inside an execution: imports the file that holds main, calls main() once, and says how that went."""
import sys

AT_START = frozenset(sys.modules)  # what an interpreter has before it runs anything

import atexit  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import time  # noqa: E402
import types  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from failure import explain, print_traceback  # noqa: E402
from descriptors import INPUT  # noqa: E402
from result import Refused, TooLarge, write_result  # noqa: E402
from said import make_logger, open_streams, send  # noqa: E402

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
ours = []  # names of modules
loaded = {}  # main by its file, once that was imported
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))


def add_packages(folder):
    site = importlib.import_module("site")
    sys.path.insert(0, folder)
    site.addsitedir(folder)  # for the .pth files that some packages bring


def set_import_path(task):
    """
    The folder of the file first, as `python main.py` would, and the bundle; then the dependency environment, or the
    bundle's own folder.
    """
    bundle, file = task["bundle"], os.path.join(task["bundle"], task["file"])
    bundled = os.path.join(bundle, "dependencies")
    packages = task["environment"] or (bundled if os.path.isdir(bundled) else None)
    if packages and packages not in sys.path:
        add_packages(packages)
    first = list(dict.fromkeys((os.path.dirname(file), bundle)))
    sys.path[:] = first + [folder for folder in sys.path if folder != OWN_FOLDER]
    sys.argv = [file]
    # `site` as a whole is off (no packages of the machine's are seen); exit() and quit() are still expected.
    importlib.import_module("site").setquit()
    for folder in filter(os.path.isdir, first):
        forget_shadowed(folder)


def forget_shadowed(folder):
    """A module that the bundle has under the same name is the bundle's, as it would be for `python main.py`."""
    with os.scandir(folder) as listing:
        entries = [entry for entry in listing if entry.name.endswith(".py") or entry.is_dir()]
    own = {
        entry.name[:-3] if entry.name.endswith(".py") else entry.name
        for entry in entries
        if entry.name.endswith(".py") or os.path.isfile(os.path.join(entry.path, "__init__.py"))
    }
    own -= AT_START | {"main"}
    for name in [name for name in sys.modules if name.partition(".")[0] in own] if own else ():
        del sys.modules[name]


def find_ours():
    """Our own modules, which an action's may be named like. To be called again when there are more."""
    ours[:] = [
        name
        for name, module in sys.modules.items()
        if (getattr(module, "__file__", None) or "").startswith(OWN_FOLDER + os.sep)
    ]


def forget_ours():
    """What refers to them still does."""
    for name in ours:
        sys.modules.pop(name, None)
    sys.modules["__main__"] = types.ModuleType("__main__")


def load_main(task):
    file = task["file"]
    path = os.path.join(task["bundle"], file)
    if not os.path.isfile(path):
        raise Refused(f"{file} is missing")
    name = module_name(file)
    specification = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    main = getattr(module, "main", None)
    if not callable(main):
        raise Refused(f"{file} does not define a function main()")
    loaded[file] = main


def module_name(file):
    """As an import of it from the same bundle, or in a process that it spawns, would call it; where that can be."""
    name = os.path.basename(file)[: -len(".py")]
    return f"step {name}" if "." in name or name == "__main__" or name in AT_START else name


def call_main(task, logger):
    if task["file"] not in loaded:
        load_main(task)
    main = loaded[task["file"]]
    if task["entry"] == "scheduled":
        return main()
    return main(read_input(), logger)


def read_input():
    try:
        with open(INPUT, encoding="utf-8") as file:
            return json.load(file)
    except ValueError as error:
        raise Refused(f"The input is not JSON: {error}") from None


def run(task):
    """Answers the report: how it ended, why, whether there is a result, and the exit code that fits."""
    bundle = task["bundle"]
    try:
        value = call_main(task, make_logger())
        try:
            return {"end": "succeeded", "result": write_result(value, task)}
        except Refused as refusal:
            if task["entry"] != "scheduled" or isinstance(refusal, TooLarge):
                raise
            send(b"W", f"{refusal}; it is not kept\n".encode("utf-8", "backslashreplace"))
            return {"end": "succeeded", "result": False}
    except Refused as refusal:
        return {"end": refusal.end, "reason": str(refusal)}
    except MemoryError as error:
        return {"end": "out_of_memory", "reason": explain(error, bundle), "error": error}
    except SystemExit as error:
        if error.code in (None, 0):
            if task["entry"] != "realtime":
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
    kept = importlib.import_module("kept_calls") if task["kept"] else None
    if kept or not ours:
        find_ours()
    forget_ours()
    open_streams()
    set_import_path(task)
    code = call(task, 0.0)
    while kept and loaded:
        task = kept.next_call()
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
    sys.exit(execute(json.loads(sys.argv[1])))
