"""
One guardian per execution, forked by the keeper: it starts the program, adopts whatever the program leaves behind,
and ends it all when the program ends or when the lifeline to the keeper closes, for whatever reason.

    keeper -> guardian -> program                    levels reduced, basic
    keeper -> guardian -> first process -> program   level full: process 1 of a process namespace, so that its end
                                                     is the end of everything in it, by the kernel's own hand
"""
import json
import os
import select
import signal

import cgroups
import landlock
import namespaces
import processes
import program
import refused_calls
import system_calls as system

PATIENCE = 10.0  # seconds that killed processes get to disappear


def watch_over(spec, fds):
    """Runs in the fork; never returns. `fds`: input, output, errors, result, channel, status, ready, lifeline."""
    try:
        close_others(fds.values())
        system.prctl(system.SET_DUMPABLE, 1, "dumpable")  # until our own files in /proc were written
        go_first()
        system.prctl(system.SET_SUBREAPER, 1, "subreaper")
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if spec["level"] == "full":
            namespaces.leave(spec)
        system.prctl(system.SET_DUMPABLE, 0, "dumpable")
        if spec["level"] == "full":
            child = fork_into(lambda: first_process(spec, fds))
        else:
            child = fork_into(lambda: become_program(spec, fds))
        os.close(fds["ready"])
        os._exit(0 if guard(child, fds, wake) else 1)
    except BaseException as error:
        refuse(fds, error)
    os._exit(1)


def go_first():
    """When the machine itself runs out of memory, executions go before the server does. Inherited by all below."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass


def fork_into(run):
    pid = os.fork()
    if pid == 0:
        try:
            run()
        finally:
            os._exit(70)
    return pid


def close_others(keep):
    """Above all the other executions' lifelines: held open here, they would not end with the keeper."""
    for name in os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"):
        if int(name) > 2 and int(name) not in keep:
            try:
                os.close(int(name))
            except OSError:
                pass  # the listing's own descriptor
    # 0, 1 and 2 are the pipes to the server and its log: none of the program's business.
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    if null > 2:
        os.close(null)


def guard(child, fds, wake):
    """Waits for the child or the lifeline's end, then ends and reports all that is left. Answers whether it is gone."""
    ended = {}

    def reap():
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return True
                ended[pid] = status
        except ChildProcessError:
            return False

    def alive():
        return [process.pid for process in processes.descendants([os.getpid()])]

    poll = select.poll()
    poll.register(wake, select.POLLIN)
    poll.register(fds["lifeline"], select.POLLIN)  # readable only at its end: nothing is ever written to it
    while child not in ended:
        ready = [fd for fd, _ in poll.poll()]
        if wake in ready:
            os.read(wake, 4096)  # before the look: what comes after it must wake us again
        reap()
        if fds["lifeline"] in ready:
            break
    was_running = child not in ended
    left, gone = processes.end_all(alive, reap, PATIENCE, processes.kill_children)
    reap()
    report(fds, {"status": ended.get(child), "left": 0 if was_running else left})
    return gone  # else the keeper goes on with it


def first_process(spec, fds):
    """Process 1 of the namespace: builds the view, starts the program, reaps, and takes all with it when it ends."""
    try:
        system.prctl(system.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, "parent death signal")
        poll = select.poll()
        poll.register(fds["lifeline"], select.POLLIN)
        if poll.poll(0):
            os._exit(0)  # the guardian ended before it could matter to us
        namespaces.enter(spec)
        child = fork_into(lambda: become_program(spec, fds))
        os.close(fds["ready"])
        while True:
            pid, status = os.wait()
            if pid == child:
                report(fds, {"status": status, "left": program.left_in_namespace()})
                os._exit(0)
    except BaseException as error:
        refuse(fds, error)
    os._exit(70)


def become_program(spec, fds):
    try:
        cgroups.enter(fds)
        os.setsid()
        os.umask(spec["umask"])
        fds["ready"] = program.high(fds["ready"])
        program.place_descriptors(fds, plain=spec["descriptors"] == "plain")
        os.chdir(spec["cwd"] or spec["home"])
        program.set_limits(spec)
        if spec["user"] is None:
            system.bound_capabilities()  # before the change of user, which takes the right to do so
        program.change_user(spec["uid"], spec["user"])
        system.prctl(system.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, "parent death signal")
        system.prctl(system.SET_NO_NEW_PRIVILEGES, 1, "no new privileges")
        if spec["user"] is None:
            confine(spec)
        program.reset_signals()
        os.execve(spec["argv"][0], spec["argv"], spec["env"])
    except BaseException as error:
        refuse(fds, error)


def confine(spec):
    """No capabilities, and a filter of system calls: where the kernel has them at every level, above basic always."""
    full, reduced = spec["level"] == "full", spec["level"] == "reduced"
    try:
        if reduced:
            landlock.restrict(spec)
        elif full:
            landlock.scope()
        system.drop_capabilities()
        truncate = not reduced or landlock.version() >= 3
        system.install_filter(refused_calls.instructions(sockets=spec["network"] or full, others=full, truncate=truncate))
    except (OSError, AttributeError):
        if full or reduced:
            raise


def report(fds, what):
    os.write(fds["status"], json.dumps(what).encode() + b"\n")


def refuse(fds, error):
    """The program could not be started: says why, in a sentence."""
    try:
        os.write(fds["ready"], (str(error) or type(error).__name__).encode("utf-8", "replace")[:1000])
    except OSError:
        pass
