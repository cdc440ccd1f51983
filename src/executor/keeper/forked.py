"""
What a zygote's fork does to become an execution: process 1 of a process namespace, with mounts, memory objects and,
where asked, a network of its own; then the program, below it, as a user of its own and with nothing left to use.
"""
import os
import resource
import signal
import socket
import time

import cgroups
import landlock
import messages
import namespaces
import program
import refused_calls
import system_calls as system
import tree

AS_PYTHON_STARTS = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGPIPE: signal.SIG_IGN,
    signal.SIGXFSZ: signal.SIG_IGN,
}
unasked = [0]  # bytes that the zygote held before it imported packages
FILTER = refused_calls.instructions(only=refused_calls.OF_ZYGOTES) if system.LINUX else b""


def become_first(fds):
    """
    In process 1. Returns (specification, descriptors) in the program below it, once that is confined; process 1
    itself never returns.
    """
    control = socket.socket(fileno=fds.pop("control"))
    try:
        system.prctl(system.SET_DUMPABLE, 0, "dumpable")
        messages.send(control, {"up": True})  # the keeper learns who we are from the message itself
        spec = messages.read_from(fds.pop("spec"))
        make_view(spec, fds.pop("bundle"))
        if not control.recv(1):
            os._exit(0)
        child = os.fork()
        if child == 0:
            try:
                become_program(spec, fds)
                messages.send(control, {"ready": True})
                control.close()
                return spec, fds
            except BaseException as error:
                refuse(control, error)
    except BaseException as error:
        refuse(control, error)
    for fd in fds.values():
        os.close(fd)
    wait_for(child, control)


def make_view(spec, bundle):
    system.unshare(system.NEW_MOUNT | system.NEW_IPC | (0 if spec["network"] else system.NEW_NET))
    tree.mount_scratch("", spec["limits"]["disk"])
    tree.mount_processes("")
    system.attach(bundle, tree.ACTION)
    os.close(bundle)
    if not spec["network"]:
        namespaces.raise_loopback()


def become_program(spec, fds):
    cgroups.enter(fds)
    os.setsid()
    os.umask(spec["umask"])
    os.chdir(tree.SCRATCH)
    if spec["uid"] is None:
        uid, gid = os.geteuid(), os.getegid()
        system.prctl(system.SET_DUMPABLE, 1, "dumpable")
        system.unshare(system.NEW_USER)  # the limit of processes counts by user and namespace
        namespaces.map_user(uid, gid)
    program.set_limits(limits_of_a_fork(spec))
    program.change_user(spec["uid"])
    landlock.scope()
    system.drop_capabilities()
    system.install_filter(FILTER)
    system.prctl(system.SET_DUMPABLE, 1, "dumpable")  # /proc/self is its own again
    program.place_descriptors(fds)
    program.reset_signals()
    for number, handler in AS_PYTHON_STARTS.items():
        signal.signal(number, handler)
    os.environ.clear()
    os.environ.update(spec["env"])
    if "TZ" in spec["env"]:
        time.tzset()


def limits_of_a_fork(spec):
    """As for an interpreter of its own: what the zygote holds besides packages was not asked for by the program."""
    memory = spec["limits"]["memory"] + unasked[0]
    # In our namespace, nothing else is our user's.
    return {**spec, "limits": {**spec["limits"], "memory": memory}, "others": 0}


def held():
    """Bytes that RLIMIT_DATA counts now."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def wait_for(child, control):
    while True:
        pid, status = os.wait()
        if pid == child:
            left = program.left_in_namespace()
            used = resource.getrusage(resource.RUSAGE_CHILDREN)  # of the program and all that it waited for
            cpu = round((used.ru_utime + used.ru_stime) * 1000)
            messages.send(control, {"status": status, "left": left, "cpu": cpu, "peak": used.ru_maxrss * 1024})
            os._exit(0)


def refuse(control, error):
    messages.send(control, {"failed": str(error) or type(error).__name__})
    os._exit(70)
