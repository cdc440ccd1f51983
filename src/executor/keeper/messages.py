"""Messages between keeper, warden, zygote and execution: a JSON object and named descriptors, in one packet."""
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
    except (BrokenPipeError, ConnectionError):
        pass


def receive(sock):
    """(message, descriptors by name); (None, {}) at the end. A message's sender is in `pid` where the socket asks."""
    space = socket.CMSG_SPACE(MOST * 4) + socket.CMSG_SPACE(CREDENTIALS)
    try:
        data, ancillary, _, _ = sock.recvmsg(LARGEST, space, socket.MSG_CMSG_CLOEXEC)
    except ConnectionError:
        data, ancillary = b"", []
    numbers, pid = array.array("i"), None
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(content[: len(content) - len(content) % numbers.itemsize])
        elif level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = int.from_bytes(content[:4], "little")
    if not data:
        for fd in numbers:
            os.close(fd)
        return None, {}
    message = json.loads(data.decode("utf-8"))
    if pid is not None:
        message["pid"] = pid
    return message, dict(zip(message.pop("fds", ()), numbers))
