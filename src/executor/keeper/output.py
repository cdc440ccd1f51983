"""Output of an execution, cut into lines: bytes in, (stream, level, text) out."""
import json
import struct

LONGEST = 16 * 1024  # bytes of one line; what is longer comes in pieces
HEADER = struct.Struct("!cH")
KINDS = {
    b"1": ("stdout", None),
    b"2": ("stderr", None),
    b"D": ("log", "debug"),
    b"I": ("log", "info"),
    b"W": ("log", "warning"),
    b"E": ("log", "error"),
    b"C": ("log", "critical"),
}


class Lines:
    """One stream. Keeps what has no newline yet, at most LONGEST bytes of it."""

    def __init__(self, stream, level):
        self.stream, self.level, self.rest = stream, level, b""

    def feed(self, data):
        *whole, self.rest = (self.rest + data).split(b"\n")
        found = [piece for line in whole for piece in cut(line)]
        if len(self.rest) > LONGEST:
            *pieces, self.rest = cut(self.rest)
            found += pieces
        return [self.made(piece) for piece in found]

    def end(self):
        rest, self.rest = self.rest, b""
        return [self.made(piece) for piece in cut(rest)] if rest else []

    def made(self, piece):
        text = piece[:-1] if piece.endswith(b"\r") else piece
        return self.stream, self.level, text.decode("utf-8", "replace")


def cut(line):
    """Pieces of at most LONGEST bytes, never through a UTF-8 character."""
    pieces = []
    while len(line) > LONGEST:
        end = LONGEST
        while end > LONGEST - 4 and line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[:end])
        line = line[end:]
    return pieces + [line]


class Channel:
    """
    The messages of runner.py. The action's own code can write here too, so nothing in it is trusted: what is no
    message becomes text of stderr, and the first report counts.
    """

    def __init__(self):
        self.rest, self.report, self.broken = b"", None, False
        self.streams = {kind: Lines(*what) for kind, what in KINDS.items()}

    def feed(self, data):
        found, self.rest = [], self.rest + data
        while not self.broken and len(self.rest) >= HEADER.size:
            kind, length = HEADER.unpack_from(self.rest)
            if kind != b"R" and kind not in self.streams:
                self.broken = True
                break
            if len(self.rest) < HEADER.size + length:
                return found
            body = self.rest[HEADER.size : HEADER.size + length]
            self.rest = self.rest[HEADER.size + length :]
            if kind == b"R":
                self.take_report(body)
            else:
                found += self.streams[kind].feed(body)
        if self.broken:
            data, self.rest = self.rest, b""
            found += self.streams[b"2"].feed(data)
        return found

    def take_report(self, body):
        try:
            report = json.loads(body.decode("utf-8"))
        except ValueError:
            return
        if self.report is None and isinstance(report, dict):
            self.report = {
                "end": str(report.get("end")),
                "reason": str(report["reason"])[:2000] if report.get("reason") else None,
                "result": report.get("result") is True,
                "kept": report.get("kept") is True,
                "used": {name: int(report.get(name) or 0) for name in ("cpu", "peak")},
            }

    def end(self):
        return [line for stream in self.streams.values() for line in stream.end()]
