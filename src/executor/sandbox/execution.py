"""One execution as the keeper sees it: a guardian process, pipes, limits, and the first cause of its end."""
import json
import os
import signal
import time

import guardian
import output
import processes

WINDOW = 1 << 20  # bytes of output that the server may be behind before we stop reading: the program then waits
AFTER_KILL = 2.0  # seconds that the guardian gets before the keeper itself kills
PIECE = 1 << 16
DISK_LOOK = 1.0  # seconds between two looks at a home that no file system limits (level basic)
DISK_ENTRIES = 5000  # files that such a look counts at most: about 20 ms in which the keeper does nothing else


class Execution:
    def __init__(self, keeper, spec):
        self.keeper, self.spec, self.id = keeper, spec, spec["id"]
        self.started = time.monotonic()
        self.deadline = self.started + spec["limits"]["timeout"] / 1000
        self.cause = self.detail = None
        self.kill_at = self.give_up_at = None
        self.ready, self.error, self.status_text = False, b"", b""
        self.written = self.behind = self.untold = self.peak = 0
        self.channel = output.Channel()
        self.readers, self.paused = {}, False
        self.pid = None
        self.next_disk_look = self.started

    def start(self):
        folder, fds, ours = self.spec["folder"], {}, {}
        self.prepare_folder(folder)
        try:
            for name in ("output", "errors", "channel", "status", "ready"):
                ours[name], fds[name] = os.pipe()
            fds["lifeline"], ours["lifeline"] = os.pipe()
            if self.spec["input"]:
                fds["input"] = os.open(folder + "/input", os.O_RDONLY)
            if self.spec["result"]:
                fds["result"] = os.open(folder + "/result", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self.pid = os.fork()
        except BaseException:
            for fd in [*ours.values(), *fds.values()]:
                os.close(fd)
            raise
        if self.pid == 0:
            guardian.watch_over(self.spec, fds)
        for fd in fds.values():
            os.close(fd)
        self.lifeline = ours.pop("lifeline")
        for name, fd in ours.items():
            os.set_blocking(fd, False)
            self.readers[fd] = (name, output.Lines("stdout" if name == "output" else "stderr", None))
            self.keeper.listen(fd, self.readable)

    def prepare_folder(self, folder):
        """A place for the tree of level full, else the program's home; its own user's, where it has one."""
        uid = self.spec["uid"]
        if self.spec["level"] == "full":
            os.mkdir(self.spec["root"], 0o700)
        elif self.spec["home"].startswith(folder + "/"):
            os.mkdir(self.spec["home"], 0o700)
            if uid is not None:
                os.chown(self.spec["home"], uid, uid)

    # -- what it writes ------------------------------------------------------------------------------------------

    def readable(self, fd):
        """Reads a piece. Answers False when there is nothing more for now."""
        try:
            data = os.read(fd, PIECE)
        except BlockingIOError:
            return False
        name, lines = self.readers[fd]
        if not data:
            self.close(fd)
            if name == "ready":
                self.ready = not self.error
            return False
        if name == "ready":
            self.error += data
        elif name == "status":
            self.status_text += data
        else:
            self.take(data, self.channel.feed(data) if name == "channel" else lines.feed(data))
        return True

    def take(self, data, lines):
        if self.written > self.spec["limits"]["output"]:
            return
        self.written += len(data)
        self.behind += len(data)
        self.untold += len(data)
        self.send_lines(lines)
        if self.written > self.spec["limits"]["output"]:
            self.end("output")
        elif self.behind > WINDOW and not self.paused:
            self.pause(True)

    def send_lines(self, lines):
        if lines:
            at = time.time_ns() // 1000
            self.keeper.send({"op": "output", "id": self.id, "at": at, "lines": lines, "bytes": self.untold})
            self.untold = 0

    def acknowledge(self, size):
        self.behind -= size
        if self.paused and self.behind <= WINDOW:
            self.pause(False)

    def pause(self, paused):
        self.paused = paused
        for fd, (name, _) in self.readers.items():
            if name in ("output", "errors", "channel"):
                self.keeper.ignore(fd) if paused else self.keeper.listen(fd, self.readable)

    def close(self, fd):
        self.keeper.ignore(fd)
        del self.readers[fd]
        os.close(fd)

    # -- how it ends ---------------------------------------------------------------------------------------------

    def end(self, cause, detail=None, grace=None):
        """Asks the whole tree to end. The first cause is the one that is told."""
        if self.kill_at is not None:
            return
        self.cause, self.detail = self.cause or cause, self.detail or detail
        now = time.monotonic()
        self.kill_at = now + (self.spec["limits"]["grace"] if grace is None else grace) / 1000
        if not self.ready:
            self.kill_at = now  # nothing of the user's has run yet: there is nobody to ask
        else:
            tree = processes.descendants([self.pid])
            processes.send([process.pid for process in tree], signal.SIGTERM)
        self.tick(now)

    def tick(self, now):
        if self.kill_at is None:
            if now >= self.deadline:
                self.end("timeout")
        elif now >= self.kill_at and self.lifeline is not None:
            os.close(self.lifeline)  # the guardian kills and reaps all
            self.lifeline = None
            self.give_up_at = now + AFTER_KILL
        elif self.give_up_at is not None and now >= self.give_up_at:
            # The guardian itself was stopped or is stuck: what it leaves comes to the keeper, which kills it.
            self.give_up_at = now + AFTER_KILL
            tree = processes.descendants([self.pid])
            processes.send([process.pid for process in tree] + [self.pid], signal.SIGKILL)

    def next_tick(self):
        if self.kill_at is None:
            return self.deadline
        return self.kill_at if self.lifeline is not None else self.give_up_at

    def watch(self, table):
        """Looks at the tree as a whole; the limits of the kernel are each process's own."""
        tree = processes.descendants([self.pid], table)
        limits = self.spec["limits"]
        if self.ready and sum(process.threads for process in tree) > limits["processes"] + 2:
            # First: hundreds of processes also use much memory, but that is not the cause, and slow to count.
            self.end("processes")
            return
        memory = sum(process.rss for process in tree)
        if memory > limits["memory"]:
            # Shared pages were counted once for each process: look closer before deciding.
            memory = sum(proportional_memory(process) for process in tree)
        self.peak = max(self.peak, memory)
        if memory > limits["memory"]:
            self.end("memory")
        elif self.spec["level"] != "full" and self.next_disk_look <= time.monotonic():
            self.next_disk_look = time.monotonic() + DISK_LOOK
            if disk_usage(self.spec["home"]) > limits["disk"]:
                self.end("disk")

    def finished(self, wait_status, usage):
        """The guardian has ended, and with it all that descended from it. Tells the server."""
        for fd in list(self.readers):
            while fd in self.readers and self.readable(fd):
                pass
        rest = [line for _, lines in self.readers.values() for line in lines.end()]
        if self.written <= self.spec["limits"]["output"]:
            self.send_lines(rest + self.channel.end())
        for fd in list(self.readers):
            self.close(fd)
        if self.lifeline is not None:
            os.close(self.lifeline)
        self.keeper.send({"op": "end", "id": self.id, **self.account(wait_status, usage)})

    def account(self, wait_status, usage):
        # Process 1 (level full) and the guardian may both have written; the first knows how the program ended.
        said = [json.loads(text) for text in self.status_text.split(b"\n") if text]
        status = said[0]["status"] if said else None
        signaled = status is not None and os.WIFSIGNALED(status)
        return {
            "error": self.error.decode("utf-8", "replace") or None,
            "cause": self.cause,
            "detail": self.detail,
            "code": os.WEXITSTATUS(status) if status is not None and not signaled else None,
            "signal": signal.Signals(os.WTERMSIG(status)).name if signaled else None,
            "report": self.channel.report,
            "left": said[0]["left"] if said else 0,
            "guarded": bool(said),
            "duration": round((time.monotonic() - self.started) * 1000),
            "peak": max(self.peak, usage.ru_maxrss * (1024 if processes.LINUX else 1)),
            "cpu": round((usage.ru_utime + usage.ru_stime) * 1000),
        }


def disk_usage(folder):
    total = entries = 0
    queue = [folder]
    while queue and entries < DISK_ENTRIES:
        try:
            with os.scandir(queue.pop()) as listing:
                for entry in listing:
                    entries += 1
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
        except OSError:
            pass  # removed meanwhile
    return total


def proportional_memory(process):
    try:
        with open(f"/proc/{process.pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return process.rss
