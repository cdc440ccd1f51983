"""
Inside an execution that is kept (`keepState`): after its first call it waits for further ones, so that what the
action's modules hold survives. A call is a message on descriptor 6 with the descriptors of its input and result.
"""
import os
import socket

import messages
from descriptors import CALLS, INPUT, RESULT


def next_call():
    """Its task, once there is one; None when there will be none. Variables and descriptors are then in place."""
    with socket.socket(fileno=os.dup(CALLS)) as calls:
        message, fds = messages.receive(calls)
    if message is None:
        return None
    for name, number in (("input", INPUT), ("result", RESULT)):
        if name in fds:
            os.dup2(fds[name], number)
            os.close(fds[name])
    call = messages.read_from(fds["call"])
    os.environ.clear()
    os.environ.update(call["env"])
    return call["task"]
