"""Signals, traces and changes processes outside. Signal 0 asks for the right alone."""
import os
import resource

from attempt import Held, attempt, system_call, tried

SERVER, KEEPER, VICTIM = (int(os.environ[name]) for name in ("SERVER", "KEEPER", "VICTIM"))


@attempt
def signal_the_server():
    os.kill(SERVER, 0)


@attempt
def signal_the_keeper():
    os.kill(KEEPER, 0)


@attempt
def signal_another_run():
    os.kill(VICTIM, 0)


@attempt
def kill_another_run():
    """For real: the run that is hit says so by its end."""
    os.kill(VICTIM, 9)


@attempt
def trace_the_server():
    return system_call((101, 117), 16, SERVER, 0, 0)


@attempt
def read_memory_of_the_server():
    return system_call((310, 270), SERVER, None, 0, None, 0, 0)


@attempt
def write_memory_of_the_server():
    return system_call((311, 271), SERVER, None, 0, None, 0, 0)


@attempt
def take_a_descriptor_of_the_server():
    handle = system_call((434, 434), SERVER, 0)
    if not isinstance(handle, int):
        raise Held(handle)
    return system_call((438, 438), handle, 0, 0)


@attempt
def renice_the_server():
    os.setpriority(os.PRIO_PROCESS, SERVER, os.getpriority(os.PRIO_PROCESS, SERVER))


@attempt
def renice_all_of_the_same_user():
    """Done for real where it can be: to its own user, which may be the server's."""
    os.setpriority(os.PRIO_USER, 0, os.getpriority(os.PRIO_PROCESS, 0))
    if os.getuid() != os.stat(f"/proc/{SERVER}").st_uid:
        raise Held("the user is its own")


@attempt
def limit_the_server():
    resource.prlimit(SERVER, resource.RLIMIT_NOFILE)


@attempt
def take_processors_from_the_server():
    os.sched_setaffinity(SERVER, os.sched_getaffinity(SERVER))


@attempt
def make_the_server_die_first():
    """When memory runs out: for the attempt, the value that it has is written again."""
    with open(f"/proc/{SERVER}/oom_score_adj", "r+", encoding="ascii") as file:
        file.write(file.read())


main = tried()
