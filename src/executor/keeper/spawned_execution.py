"""An execution with an interpreter, or another program, of its own, under a guardian."""
import json
import os

import guardian
import processes
from execution import PIECE, Execution


class SpawnedExecution(Execution):
    def launch(self, fds):
        self.prepare_folder()
        ours, theirs = {}, dict(fds)
        try:
            for name in ("status", "ready"):
                ours[name], theirs[name] = os.pipe()
            theirs["lifeline"], self.lifeline = os.pipe()
            self.pid = os.fork()
        except BaseException:
            for fd in ours.values():
                os.close(fd)
            raise
        else:
            if self.pid == 0:
                guardian.watch_over(self.spec, theirs)
        finally:
            for name in ("status", "ready", "lifeline"):
                if name in theirs:
                    os.close(theirs[name])
        self.status_fd, self.ready_fd = ours["status"], ours["ready"]
        os.set_blocking(self.ready_fd, False)
        self.keeper.listen(self.ready_fd, self.ready_or_refused)

    def prepare_folder(self):
        """A place for the tree of level full, else the program's home; its own user's, where it has one."""
        if self.spec["level"] == "full":
            os.mkdir(self.spec["root"], 0o700)
        elif not os.path.isdir(self.spec["home"]):
            os.mkdir(self.spec["home"], 0o700)
            self.give(self.spec["home"])
        for path in self.spec["write"]:
            self.give(path)

    def ready_or_refused(self, fd):
        """It closes when the program takes over; before, it says why that cannot be."""
        data = os.read(fd, PIECE)
        if data:
            self.error = (self.error or "") + data.decode("utf-8", "replace")
            return
        self.ready = self.error is None
        self.keeper.ignore(fd)
        os.close(fd)
        self.ready_fd = None

    def kill(self):
        """The guardian kills and reaps all."""
        os.close(self.lifeline)
        self.lifeline = None

    def ended(self, usage):
        """The guardian has ended, and with it all that descended from it."""
        while self.ready_fd is not None:
            self.ready_or_refused(self.ready_fd)
        # Process 1 (level full) and the guardian may both have written; the first knows how the program ended.
        said = os.read(self.status_fd, PIECE).split(b"\n")[0]
        os.close(self.status_fd)
        self.status = json.loads(said) if said else None
        if self.lifeline is not None:
            os.close(self.lifeline)
        self.finished(
            {
                "cpu": round((usage.ru_utime + usage.ru_stime) * 1000),
                "peak": usage.ru_maxrss * (1024 if processes.LINUX else 1),
            }
        )
