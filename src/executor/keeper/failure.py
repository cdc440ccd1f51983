"""An exception of an action, told to a person: on one line, and as its traceback."""
import os

from said import send

LONGEST_REASON = 500
LONGEST_TRACEBACK = 64 * 1024
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))


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
