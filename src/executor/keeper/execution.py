"""One execution as the keeper sees it: its output, its limits, and the first cause of its end."""
import os
import signal
import socket
import time

import leftovers
import messages
import output
import processes
from disk_usage import disk_usage

WINDOW = 1 << 20  # bytes of output that the server may be behind before we stop reading: the program then waits
AFTER_KILL = 2.0  # seconds that what was killed gets before it is killed once more
PIECE = 1 << 16
DISK_LOOK = 1.0  # seconds between two looks at a home that no file system limits (below level full)
OF_A_CALL = ("id", "folder", "env", "limits", "task")  # what a further call of a kept execution brings


class Execution:
    """
    How it is started and killed is for those that derive from it: `launch(fds)` gives the program's ends of its pipes
    away and sets `pid`, the root of its tree of processes, at the latest before `ready`; `kill()` ends that tree.
    """

    def __init__(self, keeper, spec):
        self.keeper, self.spec, self.id = keeper, spec, spec["id"]
        self.started = time.monotonic()
        self.deadline = self.started + spec["limits"]["timeout"] / 1000
        self.cause = self.detail = None
        self.kill_at = self.give_up_at = None
        self.ready = False  # code of the user's may have run
        self.error, self.status = None, None
        self.written = self.behind = self.untold = self.peak = 0
        self.channel = output.Channel()
        self.readers, self.paused = {}, False
        self.pid = None
        self.next_disk_look = self.started
        self.starved_before = processes.starved()
        self.calls, self.answered = None, False  # of one that is kept
        # At level full, the file system of the scratch space holds the rest.
        self.disk_folders = {*spec["write"], *([spec["home"]] if spec["level"] != "full" else [])}
        self.group = None  # its control group, where the machine has them

    def start(self):
        fds, ours = {}, {}
        try:
            for name in ("output", "errors", "channel"):
                ours[name], fds[name] = os.pipe()
            fds.update(files_of(self.spec))
            if "result" in fds:
                self.give(fds["result"])
            if self.keeper.groups is not None:
                self.group = self.keeper.groups.make(self.spec["limits"], self.spec["level"] == "full")
                fds["group"] = self.group.door()
            if self.spec["keep"]:
                self.calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                self.calls.setblocking(False)  # it may never read them
                fds["calls"] = theirs.detach()
            self.launch(fds)
        except BaseException:
            for fd in ours.values():
                os.close(fd)
            self.hang_up_calls()
            self.leave_group()
            raise
        finally:
            for fd in fds.values():
                os.close(fd)
        for name, fd in ours.items():
            lines = output.Lines("stdout" if name == "output" else "stderr", None)
            self.listen(fd, self.channel.feed if name == "channel" else lines.feed, lines.end)

    def give(self, file):
        """To the user that the program runs as, where that is not ours."""
        uid, user = self.spec["uid"], self.spec["user"]
        if uid is not None:
            os.chown(file, uid, uid if user is None else user["gid"])

    def launch(self, fds):
        raise NotImplementedError

    def kill(self):
        raise NotImplementedError

    # -- what it writes ------------------------------------------------------------------------------------------

    def listen(self, fd, cut, rest):
        os.set_blocking(fd, False)
        self.readers[fd] = (cut, rest)
        self.keeper.listen(fd, self.readable)

    def readable(self, fd):
        """Reads a piece. Answers False when there is nothing more for now."""
        try:
            data = os.read(fd, PIECE)
        except BlockingIOError:
            return False
        if not data:
            self.close(fd)
            return False
        self.take(data, self.readers[fd][0](data))
        report = self.channel.report
        if self.calls is not None and report is not None and report["kept"] and not self.answered:
            self.answered = True
            self.keeper.kept.answer(self)
        return True

    def take(self, data, lines):
        if self.id is None or self.written > self.spec["limits"]["output"]:
            return  # what it writes between two calls belongs to none
        self.written += len(data)
        self.behind += len(data)
        self.untold += len(data)
        self.send_lines(lines)
        if self.written > self.spec["limits"]["output"]:
            self.end("output")
        elif self.behind > WINDOW and not self.paused:
            self.pause(True)

    def send_lines(self, lines):
        if lines and self.id is not None:
            at = time.time_ns() // 1000
            self.keeper.send({"op": "output", "id": self.id, "at": at, "lines": lines, "bytes": self.untold})
            self.untold = 0

    def acknowledge(self, size):
        self.behind -= size
        if self.paused and self.behind <= WINDOW:
            self.pause(False)

    def pause(self, paused):
        self.paused = paused
        for fd in self.readers:
            self.keeper.ignore(fd) if paused else self.keeper.listen(fd, self.readable)

    def close(self, fd):
        self.keeper.ignore(fd)
        _, rest = self.readers.pop(fd)
        os.close(fd)
        if self.written <= self.spec["limits"]["output"]:
            self.send_lines(rest())

    # -- how it ends ---------------------------------------------------------------------------------------------

    def end(self, cause, detail=None, grace=None):
        """Asks the whole tree to end. The first cause is the one that is told."""
        if self.kill_at is not None:
            if grace is not None:  # asked before, now in more of a hurry
                self.kill_at = min(self.kill_at, time.monotonic() + grace / 1000)
            return
        self.cause, self.detail = self.cause or cause, self.detail or detail
        self.hang_up_calls()
        now = time.monotonic()
        self.kill_at = now + (self.spec["limits"]["grace"] if grace is None else grace) / 1000
        if not self.ready:
            self.kill_at = now  # nothing of the user's has run yet: there is nobody to ask
        else:
            tree = processes.descendants([self.pid])
            alone = self.spec["term"] == "program"
            processes.send([one.pid for one in tree if not alone or one.parent == self.pid], signal.SIGTERM)
        self.tick(now)

    def tick(self, now):
        if self.kill_at is None:
            if now >= self.deadline:
                self.end("timeout")
        elif self.give_up_at is None and now >= self.kill_at:
            self.give_up_at = now + AFTER_KILL
            self.kill()
        elif self.give_up_at is not None and now >= self.give_up_at:
            self.give_up_at = now + AFTER_KILL
            self.kill_again()

    def kill_again(self):
        """What ends it was stopped or is stuck itself: all that it leaves comes to the keeper, which kills it."""
        if self.group is not None:
            self.group.kill()
        if self.pid is not None:
            tree = processes.descendants([self.pid])
            processes.send([process.pid for process in tree] + [self.pid], signal.SIGKILL)

    def next_tick(self):
        if self.kill_at is None:
            return self.deadline
        return self.kill_at if self.give_up_at is None else self.give_up_at

    def watch(self, table):
        cause = self.excess(table)
        if cause is not None:
            self.end(cause)

    def excess(self, table):
        """Looks at the tree as a whole: the limit that it is beyond. The limits of the kernel are each process's own."""
        if self.pid is None:
            return None
        tree = processes.descendants([self.pid], table)
        limits = self.spec["limits"]
        if self.ready and sum(process.threads for process in tree) > limits["processes"] + 2:
            # First: hundreds of processes also use much memory, but that is not the cause, and slow to count.
            return "processes"
        memory = sum(process.rss for process in tree)
        if memory > limits["memory"]:
            # Shared pages were counted once for each process: look closer before deciding.
            memory = sum(proportional_memory(process) for process in tree)
        self.peak = max(self.peak, memory)
        if memory > limits["memory"]:
            return "memory"
        if self.disk_folders and self.next_disk_look <= time.monotonic():
            self.next_disk_look = time.monotonic() + DISK_LOOK
            if sum(disk_usage(folder) for folder in self.disk_folders) > limits["disk"]:
                return "disk"
        return None

    def unfinished(self):
        """What it wrote without a newline: of this call, or of none where it is asked for between two."""
        return [*self.channel.end(), *(line for _, rest in self.readers.values() for line in rest())]

    def call(self, spec):
        """Kept from an earlier call: has it make another one."""
        self.unfinished()
        files = files_of(spec)
        try:
            files["call"] = messages.in_memory({"task": spec["task"], "env": spec["env"]})
            messages.send(self.calls, {}, files)
        finally:
            for fd in files.values():
                os.close(fd)
        self.spec, self.id = {**self.spec, **{name: spec[name] for name in OF_A_CALL}}, spec["id"]
        self.started = time.monotonic()
        self.deadline = self.started + spec["limits"]["timeout"] / 1000
        self.written = self.behind = self.untold = self.peak = 0
        self.channel.report, self.answered = None, False
        self.starved_before = processes.starved()
        if self.paused:
            self.pause(False)

    def hang_up_calls(self):
        """It is not kept any longer: this call is its last."""
        if self.calls is not None:
            self.calls.close()
            self.calls = None

    def leave_group(self):
        if self.group is None:
            return
        if self.cause is None and self.group.out_of_memory():
            self.cause = "memory"
        self.group.remove()
        self.group = None

    def drain(self):
        """Reads what is there now and no more: who still has the other end may go on writing for ever."""
        for fd in list(self.readers):
            left = output.waiting_in(fd)
            while left > 0 and fd in self.readers and self.readable(fd):
                left -= PIECE

    def finished(self, used):
        """All of it has ended. Tells the server. `used`: cpu in ms and peak in bytes, as the kernel counted them."""
        self.drain()
        for fd in list(self.readers):
            self.close(fd)
        self.hang_up_calls()
        self.leave_group()
        if self.spec["separate"] and self.spec["uid"] is not None and self.spec["level"] != "full":
            leftovers.sweep(self.spec["uid"])
        if self.id is None:
            return
        if self.written <= self.spec["limits"]["output"]:
            self.send_lines(self.channel.end())
        self.keeper.send({"op": "end", "id": self.id, **self.account(used)})

    def account(self, used):
        status = self.status["status"] if self.status else None
        signaled = status is not None and os.WIFSIGNALED(status)
        return {
            "error": self.error,
            "cause": self.cause,
            "detail": self.detail,
            "code": os.WEXITSTATUS(status) if status is not None and not signaled else None,
            "signal": processes.signal_name(os.WTERMSIG(status)) if signaled else None,
            "starved": processes.starved() > self.starved_before,
            "report": self.channel.report,
            "left": self.status["left"] if self.status else 0,
            "guarded": self.status is not None,
            "duration": round((time.monotonic() - self.started) * 1000),
            "peak": max(self.peak, used["peak"]),
            "cpu": used["cpu"],
        }


def files_of(spec):
    """Descriptors of what a call reads and writes; to be closed."""
    files = {}
    if spec["input"]:
        files["input"] = os.open(spec["folder"] + "/input", os.O_RDONLY)
    if spec["result"]:
        files["result"] = os.open(spec["folder"] + "/result", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return files


def proportional_memory(process):
    return processes.proportional_memory(process.pid) or process.rss
