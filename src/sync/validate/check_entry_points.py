"""Looks for the entry point of Python actions, without importing or running any of their code.

Reads from stdin, for each file, a line `type path-in-hex size` (type: scheduled, realtime or step) and then its
bytes; writes JSON to stdout: [{"file", "line", "column", "end", "code", "message", "hint"}]. Lines and columns
count from 1; columns in characters.

Only built-in modules: importing ast, json and base64 costs 10 ms, more than half of what this takes.
"""
import _ast as ast
import sys

ONLY_AST = 0x400


def walk(node):
    """Every node below, the nearer first, as ast.walk."""
    queue = [node]
    for current in queue:
        for field in current._fields:
            value = getattr(current, field, None)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    queue.append(child)
    return queue


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
        return any(isinstance(name, ast.Name) and name.id == "main" for target in targets for name in walk(target))
    return False


def nested_main(tree):
    """A `main` that is defined, but deeper than the top of the module: under `if`, `try`, in a class."""
    for node in walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "main":
            return node
    return None


def check(entry):
    try:
        tree = compile(entry["source"], entry["file"], "exec", ONLY_AST, True)
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
        elif any(isinstance(node, (ast.If, ast.Try)) and nested in walk(node) for node in tree.body):
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


def entries(question):
    at = 0
    while at < len(question):
        end = question.index(b"\n", at)
        kind, path, size = question[at:end].decode("ascii").split(" ")
        at = end + 1 + int(size)
        yield {"type": kind, "file": bytes.fromhex(path).decode("utf-8"), "source": question[end + 1:at]}


def quoted(text):
    """Text as JSON, in ASCII."""
    out = []
    for character in text:
        code = ord(character)
        if character in '"\\':
            out.append("\\" + character)
        elif 0x20 <= code < 0x7F:
            out.append(character)
        elif code < 0x10000:
            out.append("\\u%04x" % code)
        else:
            out.append("\\u%04x\\u%04x" % (0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF)))
    return '"' + "".join(out) + '"'


def as_json(found):
    values = ("null" if value is None else str(value) if isinstance(value, int) else quoted(value)
              for value in found.values())
    return "{" + ", ".join(quoted(key) + ": " + value for key, value in zip(found, values)) + "}"


answers = [as_json(found) for entry in entries(sys.stdin.buffer.read()) for found in check(entry)]
sys.stdout.write("[" + ", ".join(answers) + "]")
