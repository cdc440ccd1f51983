"""The keeper's executions that stay between calls (`keepState`): one for each key, one call at a time."""
import os
import shutil
import time

IDLE = 15 * 60.0  # seconds without a call after which one ends
MOST = 64  # of them without a call; beyond, the one that waited longest ends


class Kept:
    def __init__(self, keeper):
        self.keeper = keeper
        self.waiting = {}  # by key, the longest waiting first: (execution, since when)
        self.places = {}  # the folder of each, which outlives those of its calls
        self.made = 0

    def call(self, spec):
        """Has the one of this key make the call. Answers whether there is one."""
        execution, _ = self.waiting.pop(spec["keep"], (None, None))
        if execution is None:
            return False
        try:
            execution.call(self.placed(spec, self.places[execution]))
        except OSError:
            execution.kill()
            return False
        self.keeper.executions[spec["id"]] = execution
        return True

    def place(self, spec):
        """The specification of a new one, and its folder."""
        self.made += 1
        folder = f"{self.keeper.folder}/kept-{self.made}"
        os.mkdir(folder, 0o711)
        os.chmod(folder, 0o711)
        return self.placed(spec, folder), folder

    def placed(self, spec, folder):
        if spec["level"] == "full":
            return {**spec, "root": folder + "/root"}
        home = folder + "/home"
        return {**spec, "home": home, "env": {**spec["env"], "HOME": home, "TMPDIR": home}}

    def answer(self, execution):
        """Its call has reported; it waits for another one."""
        execution.drain()
        if execution.kill_at is not None:
            return  # what it wrote was too much: it is being ended, and told when it has
        execution.send_lines(execution.unfinished())
        report = execution.channel.report
        how = {"guarded": True, "code": 0 if report["end"] == "succeeded" else 1}
        self.keeper.send({"op": "end", "id": execution.id, **execution.account(report["used"]), **how})
        self.keeper.forget(execution)
        execution.id = None
        self.waiting[execution.spec["keep"]] = (execution, time.monotonic())

    def tick(self, now):
        for execution, since in list(self.waiting.values()):
            if now - since > IDLE or len(self.waiting) > MOST:
                self.end(execution)

    def watch(self, table):
        """Its limits hold between two calls as well."""
        for execution, _ in list(self.waiting.values()):
            if execution.excess(table) is not None:
                self.end(execution)

    def next_tick(self):
        return min((since for _, since in self.waiting.values()), default=float("inf")) + IDLE

    def end(self, execution):
        self.waiting.pop(execution.spec["keep"], None)
        execution.hang_up_calls()
        execution.kill()

    def stop(self):
        for execution, _ in list(self.waiting.values()):
            self.end(execution)

    def gone(self, execution):
        if self.waiting.get(execution.spec["keep"], (None,))[0] is execution:
            del self.waiting[execution.spec["keep"]]
        folder = self.places.pop(execution, None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
