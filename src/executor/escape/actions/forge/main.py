"""Speaks in the name of another run, or of the server's own processes; what the other run's log says, tells."""
import os
import struct

from attempt import Look, attempt, tried

VICTIM, KEEPER = os.environ["VICTIM"], os.environ["KEEPER"]
LINE = b"forged by another run"


def put(pid, descriptor, data):
    with open(f"/proc/{pid}/fd/{descriptor}", "wb", buffering=0) as pipe:
        pipe.write(data)
    raise Look(line=LINE.decode())


@attempt
def line_of_another_run():
    put(VICTIM, 1, LINE + b"\n")


@attempt
def logged_line_of_another_run():
    """By the descriptor that only the run's own process has: the parent of the one whose number we know."""
    with open(f"/proc/{VICTIM}/stat", encoding="ascii") as file:
        parent = file.read().rpartition(")")[2].split()[1]
    put(parent, 5, struct.pack("!cH", b"I", len(LINE) + 1) + LINE + b"\n")


@attempt
def message_to_the_server():
    put(KEEPER, 1, b"\0\0\0\0")


@attempt
def command_to_the_keeper():
    put(KEEPER, 0, b"\0\0\0\0")


@attempt
def lifeline_of_its_guardian():
    names = os.listdir(f"/proc/{os.getppid()}/fd")
    for name in names:
        os.close(os.open(f"/proc/{os.getppid()}/fd/{name}", os.O_WRONLY | os.O_NONBLOCK))
    return names


main = tried()
