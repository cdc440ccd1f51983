"""Looks for the entry point of Python actions, without importing or running any of their code.

Reads JSON from stdin: [{"file": path, "type": "scheduled" | "realtime" | "step", "source": base64}], writes JSON to stdout:
[{"file", "line", "column", "end", "code", "message", "hint"}]. Lines and columns count from 1; columns in characters.
"""
import ast
import base64
import json
import sys
import warnings

warnings.simplefilter("ignore")  # invalid escapes of a user's file are no business of ours


def problem(entry, node, code, message, hint=None):
    line = getattr(node, "lineno", 1) or 1
    column = (getattr(node, "col_offset", 0) or 0) + 1
    return {"file": entry["file"], "line": line, "column": column, "end": column + 4, "code": code,
            "message": message, "hint": hint}


def defines_main(node):
    """Whether a statement at the top of the module makes the name `main` in a way that cannot be judged here."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) in ("main", "*") for alias in node.names)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(name, ast.Name) and name.id == "main" for target in targets for name in ast.walk(target))
    return False


def nested_main(tree):
    """A `main` that is defined, but deeper than the top of the module: under `if`, `try`, in a class."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "main":
            return node
    return None


def check(entry):
    source = base64.b64decode(entry["source"])
    try:
        tree = ast.parse(source, filename=entry["file"])
    except SyntaxError as error:
        line, column = error.lineno or 1, max(1, error.offset or 1)
        yield {"file": entry["file"], "line": line, "column": column, "end": column + 1, "code": "PYTHON_SYNTAX",
               "message": "this is not Python: " + str(error.msg), "hint": None}
        return
    except (ValueError, RecursionError, MemoryError) as error:
        yield problem(entry, None, "PYTHON_SYNTAX", "this file cannot be read as Python: " + type(error).__name__)
        return
    wanted = "def main():" if entry["type"] == "scheduled" else "def main(data, logger):"
    mains = [node for node in tree.body
             if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "main"]
    if not mains:
        if any(defines_main(node) for node in tree.body):
            return
        nested = nested_main(tree)
        if nested is None:
            yield problem(entry, None, "MAIN_MISSING", "there is no function main", wanted)
        elif any(isinstance(node, (ast.If, ast.Try)) and nested in ast.walk(node) for node in tree.body):
            return  # defined under a condition: a choice that is made when it runs
        else:
            yield problem(entry, nested, "MAIN_MISSING", "main is not at the top of the module", wanted)
        return
    main = mains[-1]
    if isinstance(main, ast.AsyncFunctionDef):
        yield problem(entry, main, "MAIN_ASYNC", "main must not be async: it is called, not awaited", wanted)
        return
    if main.decorator_list:
        return  # a decorator may change what main takes
    yield from check_arguments(entry, main, wanted)


def check_arguments(entry, main, wanted):
    arguments = main.args
    positional = [argument.arg for argument in list(getattr(arguments, "posonlyargs", [])) + arguments.args]
    required = positional[:len(positional) - len(arguments.defaults)] if arguments.defaults else positional
    required_names = [argument.arg for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
                      if default is None]
    if entry["type"] == "scheduled":
        if required or required_names:
            yield problem(entry, main, "MAIN_ARGUMENTS", "main of a scheduled action is called without arguments, and "
                          "this one needs " + ", ".join(required + required_names), wanted)
        return
    takes_two = len(positional) >= 2 or arguments.vararg is not None
    if not takes_two or len(required) > 2 or required_names:
        what = "a real-time action" if entry["type"] == "realtime" else "a step"
        yield problem(entry, main, "MAIN_ARGUMENTS",
                      "main of " + what + " is called with two arguments, data and logger", wanted)


question = sys.stdin.read()
json.dump([found for entry in json.loads(question or "[]") for found in check(entry)], sys.stdout)
