"""
The keeper: owns every process that runs code of users. Started once by the server, over two pipes; when the server's
end closes, for whatever reason, it kills everything below it and goes.

Standard library only. Frames in both directions: four bytes of length (big-endian), then JSON.
    to the keeper     start {id, folder, argv, env, limits, ...} · cancel {id} · acknowledge {id, bytes} · stop {grace}
                      warm {zygote}
    to the server     hello {pid, folder} · output {id, at, lines, bytes} · end {id, ...} · zygote {key, state, reason}

    python -I -S -B keeper.py PARENT_FOLDER NAME '{"idle": seconds, "memory": bytes}'
"""
import json
import os
import resource
import selectors
import signal
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cgroups  # noqa: E402
import own_folder  # noqa: E402
import processes  # noqa: E402
import system_calls as system  # noqa: E402
import users  # noqa: E402
from forked_execution import ForkedExecution  # noqa: E402
from guardian import PATIENCE  # noqa: E402
from kept import Kept  # noqa: E402
from program import IGNORED  # noqa: E402
from spawned_execution import SpawnedExecution  # noqa: E402
from zygotes import Zygotes, without_network  # noqa: E402

LENGTH = struct.Struct("!I")
FOREVER = float("inf")
LOOK = 0.25  # seconds between two looks at memory and processes, while something runs
KEPT_LOOK = 2.0  # while something only waits for its next call


class Keeper:
    def __init__(self, folder, settings):
        self.folder = folder
        self.selector = selectors.DefaultSelector()
        self.executions = {}  # by id
        self.guardians = {}  # by pid
        self.incoming, self.outgoing = b"", []
        self.stopping = False
        self.look_at = 0.0
        self.groups = cgroups.open_groups(os.path.basename(folder), os.getppid())
        self.zygotes = Zygotes(self, settings["idle"], settings["memory"])
        self.kept = Kept(self)

    # -- the event loop ------------------------------------------------------------------------------------------

    def run(self):
        wake, waker = os.pipe()
        for fd in (0, 1, wake, waker):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.listen(0, self.command_bytes)
        self.listen(wake, self.children_ended)
        while not self.stopping or self.executions or self.kept.places or self.zygotes.by_warden or self.outgoing:
            for key, events in self.selector.select(self.patience()):
                if events & selectors.EVENT_WRITE:
                    self.flush()
                elif self.selector.get_map().get(key.fd) is key:  # a callback before may have ended its interest
                    key.data(key.fd)
            self.tick(time.monotonic())

    def patience(self):
        instants = [execution.next_tick() for execution in self.executions.values()]
        soonest = min([*instants, self.next_look(), self.zygotes.next_tick(), self.kept.next_tick()])
        return max(0.0, soonest - time.monotonic()) if soonest < FOREVER else None

    def tick(self, now):
        for execution in list(self.executions.values()):
            execution.tick(now)
        if now >= self.next_look():
            table = processes.snapshot()
            for execution in list(self.executions.values()):
                execution.watch(table)
            self.kept.watch(table)
            self.zygotes.watch(table)
            self.look_at = now + LOOK
        self.zygotes.tick(now)
        self.kept.tick(now)

    def next_look(self):
        if self.executions or self.zygotes.loading():
            return self.look_at
        return self.look_at - LOOK + KEPT_LOOK if self.kept.waiting else FOREVER

    def listen(self, fd, heard):
        self.selector.register(fd, selectors.EVENT_READ, heard)

    def ignore(self, fd):
        if fd in self.selector.get_map():
            self.selector.unregister(fd)

    # -- the server ----------------------------------------------------------------------------------------------

    def command_bytes(self, fd):
        try:
            data = os.read(fd, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self.server_gone()
        self.incoming += data
        while len(self.incoming) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self.incoming)[0]
            if len(self.incoming) < end:
                return
            frame, self.incoming = self.incoming[LENGTH.size : end], self.incoming[end:]
            self.command(json.loads(frame.decode("utf-8")))

    def command(self, message):
        execution = self.executions.get(message.get("id"))
        if message["op"] == "start" and self.stopping:
            self.send({"op": "end", "id": message["id"], "error": "The server is stopping."})
        elif message["op"] == "start":
            self.start(message)
        elif message["op"] == "warm":
            self.zygotes.warm(message["zygote"])
        elif message["op"] == "stop":
            self.stopping = True
            for execution in list(self.executions.values()):
                execution.end("stop", grace=min(message["grace"], execution.spec["limits"]["grace"]))
            self.kept.stop()
            self.zygotes.stop()
        elif execution is None:
            pass  # it has ended meanwhile
        elif message["op"] == "cancel":
            execution.end("cancel")
        elif message["op"] == "acknowledge":
            execution.acknowledge(message["bytes"])

    def start(self, spec):
        if spec["keep"] and self.kept.call(spec):
            return
        if spec["zygote"] and not spec["network"] and spec["task"]["environment"]:
            spec["zygote"] = without_network(spec["zygote"])
        try:
            users.assign(spec, {one.spec["uid"] for one in [*self.executions.values(), *self.kept.places]})
        except OSError as error:
            self.refuse(spec, str(error))
            return
        zygote = self.zygotes.get(spec["zygote"]) if spec["zygote"] else None
        if zygote is None or self.begin(ForkedExecution(self, spec, zygote)) is not None:
            self.spawn(spec)

    def spawn(self, spec):
        execution = SpawnedExecution(self, spec)
        failure = self.begin(execution)
        if failure:
            self.refuse(spec, failure)
            return
        self.guardians[execution.pid] = execution
        note = spec["zygote"] and self.zygotes.note(spec["zygote"])
        if note:
            execution.send_lines([("system", None, note)])

    def begin(self, execution):
        """Answers why it could not be, if so."""
        try:
            if execution.spec["keep"]:
                execution.spec, self.kept.places[execution] = self.kept.place(execution.spec)
            execution.start()
        except OSError as error:
            self.kept.gone(execution)
            return str(error)
        self.executions[execution.id] = execution
        return None

    def spawn_instead(self, forked, _why):
        self.ended(forked)
        self.spawn(forked.spec)

    def refuse(self, spec, reason):
        self.send({"op": "end", "id": spec["id"], "error": reason})

    def forget(self, execution):
        """It has ended, or waits for another call."""
        self.executions.pop(execution.id, None)

    def ended(self, execution):
        self.forget(execution)
        self.kept.gone(execution)

    def send(self, message):
        data = json.dumps(message, allow_nan=False).encode()
        self.outgoing.append(LENGTH.pack(len(data)) + data)
        self.flush()

    def flush(self):
        while self.outgoing:
            try:
                sent = os.write(1, self.outgoing[0])
            except BlockingIOError:
                break
            except OSError:
                self.server_gone()
            self.outgoing[0] = self.outgoing[0][sent:]
            if not self.outgoing[0]:
                del self.outgoing[0]
        watched = 1 in self.selector.get_map()
        if self.outgoing and not watched:
            self.selector.register(1, selectors.EVENT_WRITE)
        elif watched and not self.outgoing:
            self.selector.unregister(1)

    def server_gone(self):
        """Nobody is left to tell: everything ends at once."""
        me = os.getpid()
        processes.end_all(lambda: pids_below(me), reap_all, PATIENCE)
        self.leave()
        os._exit(0)

    def leave(self):
        if self.groups is not None:
            self.groups.remove()
        own_folder.leave(self.folder)

    # -- children ------------------------------------------------------------------------------------------------

    def children_ended(self, fd):
        try:
            while os.read(fd, 4096):
                pass
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            execution = self.guardians.pop(pid, None)
            zygote = self.zygotes.by_warden.pop(pid, None)
            if zygote is not None:
                zygote.ended()
            elif execution is not None:
                if status != 0:
                    self.end_orphans()
                execution.ended(usage)
                self.ended(execution)

    def end_orphans(self):
        """Guardians and wardens are children of the keeper: any other came here because its guardian was killed."""

        def orphans():
            table = processes.snapshot()
            mine = [process.pid for process in table.values() if process.parent == os.getpid()]
            ours = self.guardians.keys() | self.zygotes.by_warden.keys()
            strays = [pid for pid in mine if pid not in ours and table[pid].state not in "ZX"]
            return strays + [process.pid for process in processes.descendants(strays, table)]

        processes.end_all(orphans, lambda: None, PATIENCE)


def pids_below(pid):
    return [process.pid for process in processes.descendants([pid])]


def reap_all():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def hold_more_descriptors():
    """An execution takes half a dozen."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (ValueError, OSError):
        pass  # macOS has a bound of its own


if __name__ == "__main__":
    for number in IGNORED:  # the server decides when to end, also when a terminal or a service manager signals us all
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)
    hold_more_descriptors()
    system.prctl(system.SET_SUBREAPER, 1, "subreaper")
    system.prctl(system.SET_DUMPABLE, 0, "dumpable")  # no program of the same user reads or changes our memory
    own_folder.claim(sys.argv[1], sys.argv[2])
    keeper = Keeper(f"{sys.argv[1]}/{sys.argv[2]}", json.loads(sys.argv[3]))
    groups = keeper.groups.controllers if keeper.groups else []
    keeper.send({"op": "hello", "pid": os.getpid(), "folder": keeper.folder, "groups": groups})
    keeper.run()
    keeper.leave()
