"""Output of an execution, cut into lines: bytes in, (stream, level, text) out."""
import fcntl
import json
import struct
import termios

import messages

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
        found, data, start = [], self.rest + data, 0
        while not self.broken and len(data) - start >= HEADER.size:
            kind, length = HEADER.unpack_from(data, start)
            if kind != b"R" and kind not in self.streams:
                self.broken = True
                break
            end = start + HEADER.size + length
            if len(data) < end:
                break
            body, start = data[start + HEADER.size : end], end
            if kind == b"R":
                self.take_report(body)
            else:
                found += self.streams[kind].feed(body)
        self.rest = data[start:]  # once, not for each message: those without a body are three bytes long
        if self.broken:
            rest, self.rest = self.rest, b""
            found += self.streams[b"2"].feed(rest)
        return found

    def take_report(self, body):
        try:
            report = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            return
        if self.report is None and isinstance(report, dict):
            self.report = {
                "end": str(report.get("end")),
                "reason": str(report["reason"])[:2000] if report.get("reason") else None,
                "result": report.get("result") is True,
                "kept": report.get("kept") is True,
                "used": {name: messages.count(report.get(name)) for name in ("cpu", "peak")},
            }

    def end(self):
        return [line for stream in self.streams.values() for line in stream.end()]


def waiting_in(fd):
    """Bytes in a pipe that nobody has read."""
    return struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, bytes(4)))[0]
