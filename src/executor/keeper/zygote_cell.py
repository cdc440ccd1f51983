"""
The cell of a zygote: namespaces in which it can make further ones for its executions and nothing else of this machine.

    keeper -> warden -> first process -> zygote -> process 1 of an execution -> program

The *warden* is a fork of the keeper. It stays outside of the tree and puts each bundle, as a detached mount, through
the door. The *first process* is process 1 of the cell: when it ends, the kernel ends everything in the cell,
executions included. The *zygote* is a fresh interpreter (zygote.py), so that it holds nothing of the keeper's memory.
"""
import os
import select
import signal
import socket

import landlock
import messages
import namespaces
import program
import refused_calls
import system_calls as system
import tree
from guardian import close_others, fork_into, go_first

# What a zygote needs for its executions: namespaces, their users, their network's loopback.
CAPABILITIES = (system.CAN_SET_GID, system.CAN_SET_UID, system.CAN_SET_NETWORK, system.CAN_SET_SYSTEM)
OWN_DISK = 64 << 20  # scratch space of the zygote itself
ROOT = "/tmp"  # where the tree is put together: any place that its user can reach, and nobody else sees
DOOR = 3  # the zygote's end of the socket to its warden


def keep(spec, door):
    """Runs in the fork; never returns. `door`: our end of the socket to the keeper; its end is ours."""
    try:
        close_others([door.fileno()])
        system.prctl(system.SET_DUMPABLE, 1, "dumpable")  # until our own files in /proc were written
        go_first()
        enter_namespaces(spec)
        system.prctl(system.SET_DUMPABLE, 0, "dumpable")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # the kernel tells the zygote's number out here
        ours.setblocking(False)  # it may never read what is asked of it
        shown = [*tree.everything(spec["read"])]
        for one in shown:
            one.detach()  # as a user who may: the zygote's own may not
        child = fork_into(lambda: told(theirs, lambda: first_process(spec, shown, theirs)))
        theirs.close()
        carry(door, ours)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except BaseException as error:
        messages.send(door, {"failed": str(error) or type(error).__name__})
    os._exit(0)


def told(door, run):
    try:
        run()
    except BaseException as error:
        messages.send(door, {"failed": str(error) or type(error).__name__})


def enter_namespaces(spec):
    kinds = system.NEW_USER | system.NEW_MOUNT | system.NEW_PID | system.NEW_IPC | system.NEW_UTS | system.NEW_CGROUP
    if not spec["network"]:
        kinds |= system.NEW_NET
    if os.geteuid() != 0:
        uid, gid = os.geteuid(), os.getegid()
        system.unshare(kinds)
        namespaces.map_user(uid, gid)
    else:
        # The users of executions, by the numbers that they have outside; root itself is not among them.
        with outsider(os.getpid(), f"{spec['users'][0]} {spec['users'][0]} {spec['users'][1]}"):
            system.unshare(kinds)
    system.mount(None, "/", None, system.RECURSIVE | system.PRIVATE)


class outsider:
    """Maps users into our new namespace: only a process that stayed outside may map more than one."""

    def __init__(self, pid, text):
        self.pid, self.text = pid, text

    def __enter__(self):
        read, self.go = os.pipe()
        self.child = fork_into(lambda: self.wait_and_write(read))
        os.close(read)

    def wait_and_write(self, read):
        os.close(self.go)
        if not os.read(read, 1):
            os._exit(1)
        for file in ("uid_map", "gid_map"):
            with open(f"/proc/{self.pid}/{file}", "w", encoding="ascii") as handle:
                handle.write(self.text)
        os._exit(0)

    def __exit__(self, *failure):
        if failure[0] is None:
            os.write(self.go, b"1")
        os.close(self.go)
        if os.waitpid(self.child, 0)[1] != 0 and failure[0] is None:
            raise OSError("the users of executions could not be mapped into a namespace")


def carry(door, zygote):
    """From the keeper to the zygote with the bundle that is asked for, and back; until either end closes."""
    poll = select.poll()
    poll.register(door, select.POLLIN)
    poll.register(zygote, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd == door.fileno():
                message, fds = messages.receive(door)
                if message is None:
                    return
                hand_over(zygote, message, fds)
            else:
                message = messages.hear(zygote)
                if message is None:
                    # It ended. What it started goes on until the keeper closes the door.
                    poll.unregister(zygote)
                    messages.send(door, {"ended": True})
                else:
                    messages.send(door, {**message, "zygote": message.pop("pid")})


def hand_over(zygote, message, fds):
    try:
        fds["bundle"] = system.detach_read_only(message.pop("bundle"))
        messages.send(zygote, message, fds)
    except OSError as error:
        with socket.socket(fileno=os.dup(fds["control"])) as control:
            messages.send(control, {"failed": str(error)})
    finally:
        for fd in fds.values():
            os.close(fd)


def first_process(spec, shown, door):
    system.unshare(system.NEW_MOUNT)
    uid = spec["uid"]
    if uid is not None:
        # Not root in there: whoever is root by number owns the kernel's settings in /proc/sys.
        system.prctl(system.SET_KEEP_CAPABILITIES, 1, "keep capabilities")
        program.change_user(uid)
        system.regain_capabilities()
    system.prctl(system.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, "parent death signal")
    users = [(os.geteuid(), os.getegid())]
    if uid is not None:
        users = [(number, number) for number in range(spec["users"][0], sum(spec["users"]))]
    tree.build(ROOT, shown, users, OWN_DISK)
    tree.move_into(ROOT)
    system.set_host_name("sandbox")
    # Inheritable first: what is bounded away cannot become so.
    system.keep_capabilities((*CAPABILITIES, system.CAN_BOUND))
    system.bound_capabilities()
    skip_process_numbers()
    fork_into(lambda: told(door, lambda: become_zygote(spec, door)))
    door.close()
    try:
        while True:
            os.wait()  # also for executions whose zygote has ended; the warden ends us
    except ChildProcessError:
        os._exit(0)


def skip_process_numbers():
    """The zygote's number should be no execution's: see zygote.py."""
    try:
        with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
            file.write("30000")
    except OSError:
        pass


def become_zygote(spec, door):
    os.setsid()
    os.umask(0o077)
    os.chdir(tree.SCRATCH)
    program.reset_signals()
    os.dup2(door.fileno(), DOOR)
    system.keep_capabilities(CAPABILITIES)
    system.prctl(system.SET_NO_NEW_PRIVILEGES, 1, "no new privileges")
    landlock.scope()
    system.install_filter(refused_calls.instructions(besides=refused_calls.OF_ZYGOTES))
    os.execve(spec["argv"][0], spec["argv"], spec["env"])
