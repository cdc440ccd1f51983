"""What lives on this machine: who descends from whom, how much memory they hold, and how to end them."""
import os
import signal
import subprocess
import time

MARK = "ROTA_EXECUTION"
LINUX = os.path.isdir("/proc/self")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process:
    __slots__ = ("pid", "parent", "state", "threads", "rss")

    def __init__(self, pid, parent, state, threads, rss):
        self.pid, self.parent, self.state, self.threads, self.rss = pid, parent, state, threads, rss


def snapshot():
    """Every process that can be seen, by pid. `rss` in bytes."""
    if not LINUX:
        return snapshot_by_ps()
    table = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/" + name + "/stat", "rb") as file:
                text = file.read()
        except OSError:
            continue  # ended meanwhile
        # The name in brackets may itself hold spaces and brackets: read on from the last one.
        field = text[text.rindex(b")") + 2 :].split()
        pid = int(name)
        table[pid] = Process(pid, int(field[1]), field[0].decode(), int(field[17]), int(field[21]) * PAGE)
    return table


def snapshot_by_ps():
    table = {}
    listing = subprocess.run(["ps", "-axo", "pid=,ppid=,state=,rss="], stdout=subprocess.PIPE, check=False)
    for line in listing.stdout.split(b"\n"):
        field = line.split()
        if len(field) == 4:
            pid = int(field[0])
            table[pid] = Process(pid, int(field[1]), field[2].decode()[:1], 1, int(field[3]) * 1024)
    return table


def descendants(roots, table=None):
    """The processes below `roots`, without the roots themselves, without those that only wait to be reaped."""
    table = snapshot() if table is None else table
    children = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process)
    found, queue = [], list(roots)
    while queue:
        for process in children.get(queue.pop(), ()):
            queue.append(process.pid)
            if process.state not in "ZX":
                found.append(process)
    return found


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass  # ended meanwhile, or no longer ours


def end_all(find, reap, seconds, hunt=lambda: None):
    """
    Kills what `find()` lists, again and again until it lists nothing: what forks while we look is seen by the next
    look. `reap()` takes exit statuses between the looks, and answers true when there are children all the same: then
    they start and end faster than one look takes, and `hunt()` is called.
    Answers (how many the first look saw, whether all are gone).
    """
    until = time.monotonic() + seconds
    first = None
    while True:
        alive = find()
        first = len(alive) if first is None else first
        send(alive, signal.SIGKILL)
        missed = reap() and not alive
        if not alive and not missed:
            return first, True
        if time.monotonic() > until:
            return first, False
        if missed:
            hunt()
        else:
            time.sleep(0.002)


def kill_children():
    """
    Kills the children of this process and their groups, over and over for some milliseconds. A process that only
    starts the next one and ends lives for less time than reading /proc takes.
    """
    ours = os.getsid(0)
    for _ in range(200):
        for pid in children():
            try:
                if os.getsid(pid) != ours:  # else it has just been forked by us
                    os.killpg(os.getpgid(pid), signal.SIGKILL)
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass  # ended meanwhile


def children():
    """Direct children of this process's first thread, from the one file that lists just them."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def starved():
    """How many processes the kernel has ended for want of memory since the machine started."""
    try:
        with open("/proc/vmstat", "rb") as file:
            for line in file:
                if line.startswith(b"oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def marked(prefix):
    """Processes that were started with the mark of an execution below `prefix`."""
    wanted = (MARK + "=" + prefix).encode()
    found = []
    for name in os.listdir("/proc") if LINUX else ():
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open("/proc/" + name + "/environ", "rb") as file:
                    variables = file.read().split(b"\0")
            except OSError:
                continue
            if any(variable == wanted or variable.startswith(wanted + b"/") for variable in variables):
                found.append(int(name))
    return found


def proportional_memory(pid):
    """Bytes, with each shared page counted in part; 0 where that cannot be read."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def signal_name(number):
    """As in `kill -l`: the real-time signals are told by how far they are from the first."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIGRTMIN{number - signal.SIGRTMIN:+d}" if number > 31 else f"signal {number}"
