"""
What an action says, on its way to the keeper: one channel, so that lines keep the order they were made in. A message
is one kind byte, a length of two bytes, and at most PIPE_BUF bytes in all: such writes are never mixed with one
another, not even those of threads and forked processes.
    1 2  stdout, stderr      D I W E C  log lines by level      R  the report, JSON, once, last
Descriptors 1 and 2 are plain pipes for what is not Python (subprocesses, C code).
"""
import io
import logging
import os
import select
import struct
import sys

from descriptors import CHANNEL

HEADER = struct.Struct("!cH")
PIECE = getattr(select, "PIPE_BUF", 512) - HEADER.size


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
