"""The keeper's zygotes: one for each dependency environment that executions need, as long as they need it."""
import os
import signal
import socket
import time

import messages
import processes
import users
import zygote_cell

LOADING = 60.0  # seconds that packages may take to import
AGAIN = 60.0  # seconds until a zygote that could not be made is tried once more
THREADS = float("inf")  # as an instant to try again: never
MOST_TASKS = 64  # processes and threads of a cell, besides its executions
MOST_MEMORY = 4 << 30  # bytes that these hold
LOOK = 5.0  # seconds between two looks at their use and memory; less where they are to end soon


class Zygote:
    """One cell. `state`: loading, ready, retired (takes no more executions, ends with its last)."""

    def __init__(self, keeper, zygotes, spec):
        self.keeper, self.zygotes, self.key = keeper, zygotes, spec["key"]
        self.state, self.running, self.pid = "loading", 0, None
        self.started = self.used = time.monotonic()
        self.door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.warden = os.fork()
        if self.warden == 0:
            zygote_cell.keep(spec, theirs)
        theirs.close()
        self.door.setblocking(False)
        keeper.listen(self.door.fileno(), self.told)

    def fork(self, bundle, fds):
        try:
            messages.send(self.door, {"bundle": bundle}, fds)
        except BlockingIOError:
            raise OSError("the zygote is busy") from None
        self.running += 1
        self.used = time.monotonic()

    def left(self):
        self.running -= 1
        self.used = time.monotonic()
        if self.state == "retired" and self.running == 0:
            self.close()

    def told(self, _fd):
        try:
            message = messages.hear(self.door)
        except BlockingIOError:
            return
        if message is None:
            self.zygotes.failed(self, "its warden ended")
        elif "failed" in message:
            self.zygotes.failed(self, messages.sentence(message["failed"]))
        elif "ended" in message:
            self.zygotes.failed(self, "it ended")
        elif self.state == "loading" and "threads" in message:
            self.loaded(messages.count(message["threads"]), message.get("zygote"))

    def loaded(self, threads, pid):
        if threads:
            self.zygotes.cannot_fork(self, threads)
        else:
            self.state, self.pid = "ready", pid
            self.zygotes.tell(self.key, "ready", None)

    def retire(self):
        self.state = "retired"
        self.zygotes.remove(self)
        if self.running == 0:
            self.close()

    def close(self):
        """The warden then ends all that is left."""
        if self.door is not None:
            self.keeper.ignore(self.door.fileno())
            self.door.close()
            self.door = None

    def kill(self):
        self.retire()
        processes.send([self.warden], signal.SIGKILL)

    def memory(self):
        return processes.proportional_memory(self.pid) if self.pid else 0

    def ended(self):
        """The warden has."""
        self.state = "retired"
        self.zygotes.remove(self)
        self.close()


def without_network(spec):
    """The one for executions without network: what packages opened before would still be open in a fork."""
    return {**spec, "key": spec["key"] + "\nno network", "network": False}


class Zygotes:
    def __init__(self, keeper, idle, memory):
        self.keeper, self.idle, self.most_memory = keeper, idle, memory
        self.by_key, self.by_warden = {}, {}
        self.not_before = {}  # key: when it may be tried again
        self.look_at = 0.0

    def get(self, spec):
        """One that can fork now; else None, and one is on its way where that may help."""
        if self.most_memory == 0:
            return None
        zygote = self.by_key.get(spec["key"])
        if zygote is None and self.not_before.get(spec["key"], 0.0) <= time.monotonic():
            self.make(spec)
        return zygote if zygote is not None and zygote.state == "ready" else None

    def note(self, spec):
        """What an execution's log should say about having no zygote."""
        if self.not_before.get(spec["key"]) == THREADS:
            return "Its packages start threads when they are imported: it has an interpreter of its own, and starts later."
        return None

    def warm(self, spec):
        zygote = self.by_key.get(spec["key"])
        if self.most_memory == 0:
            self.tell(spec["key"], "failed", "warm interpreters are turned off")
        elif zygote is not None and zygote.state == "ready":
            self.tell(spec["key"], "ready", None)
        elif zygote is None and self.note(spec):
            self.tell(spec["key"], "threads", self.note(spec))
        elif zygote is None:
            self.make(spec)

    def make(self, spec):
        try:
            zygote = Zygote(self.keeper, self, {"network": True, **spec, **users.of_zygotes()})
        except OSError as error:
            self.not_before[spec["key"]] = time.monotonic() + AGAIN
            self.tell(spec["key"], "failed", str(error))
            return
        self.by_key[zygote.key] = self.by_warden[zygote.warden] = zygote

    def tell(self, key, state, reason):
        self.keeper.send({"op": "zygote", "key": key, "state": state, "reason": reason})

    def failed(self, zygote, reason):
        if zygote.state == "loading":
            self.not_before[zygote.key] = time.monotonic() + AGAIN
            self.tell(zygote.key, "failed", reason)
        zygote.retire()

    def cannot_fork(self, zygote, threads):
        """Importing its packages started threads, which a fork would lack: each execution imports them itself."""
        self.not_before[zygote.key] = THREADS
        self.tell(zygote.key, "threads", f"its packages start {threads} thread(s) when they are imported")
        zygote.retire()

    def remove(self, zygote):
        if self.by_key.get(zygote.key) is zygote:
            del self.by_key[zygote.key]

    def tick(self, now):
        if not self.by_key or now < self.look_at:
            return
        self.look_at = now + min(LOOK, max(0.1, self.idle / 5))
        self.watch(processes.snapshot())
        for zygote in list(self.by_key.values()):
            if zygote.state == "loading" and now - zygote.started > LOADING:
                self.end(zygote, "its packages took too long to import")
            elif zygote.running == 0 and zygote.state == "ready" and now - zygote.used > self.idle:
                zygote.retire()
        ready = [zygote for zygote in self.by_key.values() if zygote.state == "ready"]
        by_use = sorted(ready, key=lambda zygote: zygote.used)
        held = {zygote.key: zygote.memory() for zygote in by_use}
        while len(by_use) > 1 and sum(held.values()) > self.most_memory:
            least = by_use.pop(0)
            del held[least.key]
            least.retire()

    def loading(self):
        return any(zygote.state == "loading" for zygote in self.by_key.values())

    def watch(self, table):
        """Ends those whose packages take the machine for themselves. Their executions have limits of their own."""
        executions = [*self.keeper.executions.values(), *self.keeper.kept.places]
        roots = [execution.pid for execution in executions if execution.pid is not None]
        theirs = {*roots, *(process.pid for process in processes.descendants(roots, table))}
        for zygote in list(self.by_warden.values()):
            tree = [one for one in processes.descendants([zygote.warden], table) if one.pid not in theirs]
            # Forks that have not told their number yet are among them.
            if sum(one.threads for one in tree) > MOST_TASKS + 4 * len(executions):
                self.end(zygote, f"its packages started more than {MOST_TASKS} processes when they were imported")
            elif sum(one.rss for one in tree) > MOST_MEMORY:
                if sum(processes.proportional_memory(one.pid) or one.rss for one in tree) > MOST_MEMORY:
                    self.end(zygote, f"its packages used more than {MOST_MEMORY >> 30} GiB of memory")

    def end(self, zygote, reason):
        self.failed(zygote, reason)
        zygote.kill()

    def stop(self):
        for zygote in list(self.by_key.values()):
            self.not_before[zygote.key] = float("inf")
            zygote.retire()

    def next_tick(self):
        return self.look_at if self.by_key else float("inf")
