"""
One command on another machine: the server's end of it. Owns the ssh client that talks to the supervisor there, passes
the command's output on, and tells how it ended.

    python -I -S -B ssh_program.py '{"argv": [ssh, …], "log": FILE}'      in the folder of the connection

3 is a JSON object (command, env, grace in ms, limit in bytes), its length in four bytes before it, and then the
command's own input; 4 takes the bytes of its result; 5 the report. SIGTERM asks the command to end.
"""
import json
import os
import re
import selectors
import signal
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import remote_shell  # noqa: E402
from descriptors import INPUT, RESULT  # noqa: E402
from said import send  # noqa: E402

LENGTH = struct.Struct("!I")
PIECE = 1 << 16
LONGEST_SAID = 1500
LAST_WORDS = 2.0  # seconds
ENDS = (b"exit", b"signal", b"broken")
SIZE = re.compile(rb"-1|[0-9]{1,15}")


class SshProgram:
    def __init__(self, argv, log):
        self.argv, self.log = argv, log
        length = LENGTH.unpack(os.read(INPUT, LENGTH.size))[0]
        self.asked = json.loads(read_exactly(length).decode("utf-8"))
        size = os.fstat(INPUT).st_size - LENGTH.size - length  # of the command's input
        self.id, self.begin, self.end = (os.urandom(16).hex() for _ in range(3))
        signs = {"id": self.id, "begin": self.begin, "end": self.end}
        text = remote_shell.text(self.asked, signs, size)
        self.outgoing = b"%d\n" % len(text) + text
        self.began = self.asked_to_end = False
        self.before, self.held = b"", b""

    def run(self):
        """Answers the report."""
        signal.signal(signal.SIGTERM, lambda *_: self.ask_to_end())
        signal.signal(signal.SIGALRM, lambda *_: self.beat())
        argv = [*self.argv, remote_shell.BOOT]
        self.ssh = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.input, output = self.ssh.stdin.fileno(), self.ssh.stdout.fileno()
        os.set_blocking(self.input, False)
        if self.asked_to_end:
            self.ssh.kill()
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.input, selectors.EVENT_WRITE)
                selector.register(output, selectors.EVENT_READ)
                while True:
                    ready = [key.fd for key, _ in selector.select()]
                    if self.input in ready and not self.feed():
                        selector.unregister(self.input)
                    if output in ready:
                        data = os.read(output, PIECE)
                        report = self.take(data) if data else self.cut_off()
                        if report is not None:
                            return report
        finally:
            self.let_go()
            remove(self.log)

    def let_go(self):
        """What it wrote to stderr may still be on its way; what was left running there may hold the channel open."""
        try:
            self.ssh.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            self.ssh.kill()
            self.ssh.wait()

    # -- to the other side ---------------------------------------------------------------------------------------

    def feed(self):
        """Sends the next piece of the supervisor's text or of the input. Answers whether there is more."""
        self.outgoing = self.outgoing or os.read(INPUT, PIECE)
        if not self.outgoing:
            return False
        try:
            self.outgoing = self.outgoing[os.write(self.input, self.outgoing) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            return False  # told by the end of its output
        return True

    def say(self, line):
        try:
            os.write(self.input, line)
        except OSError:
            pass  # it has ended, or the connection is stuck

    def ask_to_end(self):
        """Its command first, if it may have started; then the hard way, from that side as well."""
        if self.asked_to_end:
            return
        self.asked_to_end = True
        if self.began:
            self.say(b"term\n")
            signal.setitimer(signal.ITIMER_REAL, max(0.001, self.asked["grace"] / 1000), remote_shell.BEAT)
        elif hasattr(self, "ssh"):
            self.ssh.kill()

    def beat(self):
        self.say(b"kill\n" if self.asked_to_end else b"\n")

    # -- from the other side -------------------------------------------------------------------------------------

    def take(self, data):
        """Answers the report when the end is there."""
        if not self.began:
            self.before += data
            head, sign, rest = self.before.partition(self.begin.encode())
            if not sign or b"\n" not in rest:
                self.before = self.before[-(LONGEST_SAID + PIECE) :]
                return None  # what a login prints
            said, _, data = rest.partition(b"\n")
            if said.strip() != b"ok":
                return made("refused", said.strip()[3:])
            self.before, self.began = head, True
            signal.setitimer(signal.ITIMER_REAL, remote_shell.BEAT, remote_shell.BEAT)
        self.held += data
        sign = self.end.encode()
        start = self.held.find(sign)
        if start >= 0:
            write(1, self.held[:start])
            self.held = self.held[start:]
            return self.ending(self.held[len(sign) :], sign)
        keep = next((size for size in range(len(sign) - 1, 0, -1) if self.held.endswith(sign[:size])), 0)
        cut = len(self.held) - keep
        write(1, self.held[:cut])
        self.held = self.held[cut:]
        return None

    def ending(self, rest, sign):
        line, newline, rest = rest.partition(b"\n")
        if not newline:
            return None if len(line) < LONGEST_SAID else made("garbled", b"")
        fields = line.split()
        if len(fields) != 4 or fields[0] not in ENDS or not SIZE.fullmatch(fields[3]):
            return made("garbled", b"")
        how, value, left, size = fields[0].decode(), fields[1], fields[2], int(fields[3])
        if size > self.asked["limit"]:
            return made("garbled", b"")
        if size < 0:
            return made("long", value, left)
        at = rest.find(sign, size) if len(rest) >= size + len(sign) else -1
        if at < 0:
            return None if len(rest) < size + len(sign) + LONGEST_SAID * 10 else made("garbled", b"")
        if how == "broken":
            return made("broken", rest[:at])
        if at != size:
            return made("garbled", b"")
        write(RESULT, rest[:size])
        return made(how, value, left, size > 0)

    def cut_off(self):
        """The ssh client has closed its output without the sign of an end."""
        code = self.ssh.wait()
        said = b"" if self.began else self.before[-LONGEST_SAID:] + b"\n"
        try:
            with open(self.log, "rb") as file:
                said += file.read()[-LONGEST_SAID:]
        except OSError:
            pass
        return made("lost" if self.began else "unstarted", said, b"%d" % code)


def made(end, value, left=b"", result=False):
    reason = " ".join(filter(None, [left.decode("utf-8", "replace"), value.decode("utf-8", "replace")]))
    return {"end": end, "reason": reason, "result": result}


def read_exactly(size):
    data = b""
    while len(data) < size:
        piece = os.read(INPUT, size - len(data))
        if not piece:
            raise ValueError("the input ends early")
        data += piece
    return data


def write(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def remove(file):
    try:
        os.unlink(file)
    except OSError:
        pass


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    send(b"R", json.dumps(SshProgram(given["argv"], given["log"]).run()).encode())
