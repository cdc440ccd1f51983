"""An execution that is a fork of a zygote: process 1 of a namespace in the zygote's cell, and the program below it."""
import os
import signal
import socket

import messages
import processes
import system_calls as system
from execution import Execution

MOST_SAID = 8  # messages that are looked at once it has ended: up, ready, status, and the end
PATIENCE = 5.0  # seconds in which it has to begin, else the zygote is held for stuck


class ForkedExecution(Execution):
    def __init__(self, keeper, spec, zygote):
        super().__init__(keeper, spec)
        self.zygote = zygote
        self.control = self.descriptor = None
        self.is_over = False
        self.begin_until = self.started + PATIENCE

    def launch(self, fds):
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # the kernel says who sends
        self.control.setblocking(False)
        try:
            # What only the fork may read: the zygote, where code of packages ran, sees but a descriptor.
            file = messages.in_memory(self.spec)
            try:
                self.zygote.fork(self.spec["bundle"], {**fds, "control": theirs.fileno(), "spec": file})
            finally:
                os.close(file)
        except BaseException:
            self.control.close()
            raise
        finally:
            theirs.close()
        self.keeper.listen(self.control.fileno(), self.told)

    def told(self, _fd):
        """A message of process 1, or of whoever could not make it. Answers whether there was one."""
        try:
            message = messages.hear(self.control)
        except BlockingIOError:
            return False
        if message is None:
            self.hang_up()
            if self.descriptor is None:
                self.failed("the zygote ended")
        elif "up" in message and self.descriptor is None:
            self.began(message["pid"])
        elif "ready" in message:
            self.ready = True
        elif "failed" in message:
            self.failed(messages.sentence(message["failed"]))
        elif "status" in message:
            self.status = self.status or status_of(message)
            if self.status["left"] == 0 and self.group is None:
                # Nothing of the user's lives. How the kernel takes the namespaces down need not be waited for; that it
                # does is not left to process 1, whose packages are not ours.
                self.kill_now()
                self.over()
        return True

    def began(self, pid):
        try:
            self.descriptor = system.pid_descriptor(pid)
        except OSError:
            return  # it is gone already: told by the end of `control`
        self.pid = pid
        self.keeper.listen(self.descriptor, self.ended)
        if self.kill_at is not None:
            self.kill()
            return
        try:
            self.control.send(b"1")
        except OSError:
            pass  # it went meanwhile: told by its end

    def failed(self, why):
        """Nothing of the user's has run: an interpreter of its own can still do it, unless it is to end anyway."""
        if self.ready or self.is_over:
            return
        if self.kill_at is None:
            self.is_over = True
            self.kill_now()
            self.leave()
            self.leave_group()
            for fd in list(self.readers):
                self.close(fd)
            self.keeper.spawn_instead(self, why)
        elif self.descriptor is None:
            self.over()

    def tick(self, now):
        if not self.ready and self.kill_at is None and now >= self.begin_until:
            self.zygote.retire()
            self.failed("the zygote did not answer")
        else:
            super().tick(now)

    def next_tick(self):
        return super().next_tick() if self.ready or self.kill_at is not None else self.begin_until

    def kill(self):
        """All but process 1, which then tells how they ended and takes with it what may have come meanwhile."""
        if self.pid is not None and self.ready:
            tree = processes.descendants([self.pid])
            processes.send([process.pid for process in tree], signal.SIGKILL)
        else:
            self.kill_now()

    def kill_now(self):
        if self.pid is not None:
            processes.send([self.pid], signal.SIGKILL)

    def kill_again(self):
        if self.pid is None:
            self.zygote.kill()  # it never began
        self.kill_now()

    def ended(self, _fd):
        """Process 1 has ended, and with it, by the kernel's hand, all in its namespace."""
        for _ in range(MOST_SAID):
            if self.is_over or self.control is None or not self.told(None):
                break
        if not self.is_over and not self.ready and self.kill_at is None and self.status is None:
            self.pid = None
            self.failed("it ended before it began")
        else:
            self.over()

    def over(self):
        if self.is_over:
            return
        self.is_over = True
        self.leave()
        self.finished(self.status or {"cpu": 0, "peak": 0})
        self.keeper.ended(self)

    def hang_up(self):
        if self.control is not None:
            self.keeper.ignore(self.control.fileno())
            self.control.close()
            self.control = None

    def leave(self):
        self.hang_up()
        if self.descriptor is not None:
            self.keeper.ignore(self.descriptor)
            os.close(self.descriptor)
            self.descriptor = None
        self.zygote.left()


def status_of(message):
    """As process 1 tells it; its zygote, where code of packages ran, could tell anything."""
    told = {name: messages.count(message.get(name)) for name in ("status", "left", "cpu", "peak")}
    return {**told, "status": told["status"] & 0xFFFF}
