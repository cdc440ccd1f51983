"""What main() returned, as JSON in the file of the result."""
import json

from descriptors import RESULT

TARGET = 1 << 20  # bytes that are encoded at a time
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Refused(Exception):
    """main() did something that the run fails for: a sentence for its author."""

    end = "failed"


class TooLarge(Refused):
    end = "output_limit"


def write_result(value, task):
    """Answers whether there is a result. A piece at a time: memory stays near that of the list itself."""
    if task["entry"] != "realtime":
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
