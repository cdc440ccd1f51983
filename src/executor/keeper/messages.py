"""
Messages between keeper, warden, zygote and execution: a JSON object and named descriptors, in one packet. What comes
from where code of packages or actions runs is heard (`hear`), and nothing in it is trusted.
"""
import array
import json
import os
import socket

LARGEST = 1 << 16
MOST = 16  # descriptors in one message
CREDENTIALS = 12  # bytes of struct ucred: pid, uid, gid


def send(sock, message, fds=None):
    """Whoever does not listen any more is not told."""
    fds = fds or {}
    data = json.dumps({**message, "fds": list(fds)} if fds else message).encode()
    rights = array.array("i", fds.values())
    try:
        sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if fds else [])
    except ConnectionError:
        pass


def receive(sock):
    """(message, descriptors by name); (None, {}) at the end. For what comes from those who are trusted."""
    data, ancillary = packet(sock, socket.CMSG_SPACE(MOST * 4))
    numbers = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(content[: len(content) - len(content) % numbers.itemsize])
    if not data:
        for fd in numbers:
            os.close(fd)
        return None, {}
    message = json.loads(data.decode("utf-8"))
    return message, dict(zip(message.pop("fds", ()), numbers))


def hear(sock):
    """
    A message of anybody; None at the end. What is no object is an empty one, and `pid` is its sender, as the kernel
    tells it where the socket asks. Descriptors find no room, so the kernel closes them.
    """
    data, ancillary = packet(sock, socket.CMSG_SPACE(CREDENTIALS))
    if not data:
        return None
    try:
        message = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        message = None
    message = message if isinstance(message, dict) else {}
    message["pid"] = None
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            message["pid"] = int.from_bytes(content[:4], "little")
    return message


def packet(sock, space):
    try:
        data, ancillary, _, _ = sock.recvmsg(LARGEST, space, socket.MSG_CMSG_CLOEXEC)
    except ConnectionError:
        return b"", []
    return data, ancillary


def in_memory(message):
    """A descriptor to read it from, for one who must not see it before or for what is too large for a packet."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("message")
    else:
        import tempfile  # where there is no memory to name

        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    data = json.dumps(message).encode()
    while data:
        data = data[os.write(fd, data) :]
    return fd


def read_from(fd):
    """What `in_memory` has put there; closes it."""
    data = b""
    while len(data) < os.fstat(fd).st_size:
        data += os.pread(fd, os.fstat(fd).st_size - len(data), len(data))
    os.close(fd)
    return json.loads(data.decode("utf-8"))


def count(value):
    """A number of things, where it is one that everybody can hold; else 0."""
    return value if type(value) is int and 0 <= value < 1 << 53 else 0


def sentence(value):
    """What somebody says went wrong, as text of bounded length."""
    return (value if isinstance(value, str) else "it does not say why")[:1000]
