"""A small supervisor, as real as it has to be: it keeps processes, and does what others ask it to.

serve FOLDER     keeps what FOLDER/NAME.json describes: {"command": [...]}; says "ready" once
ask FOLDER VERB NAME    start, stop, restart, status: exit code 0 when it was done, or when NAME runs
"""

import json
import os
import socket
import subprocess
import sys


def serve(folder):
    kept = {}

    def runs(name):
        return name in kept and kept[name].poll() is None

    def stop(name):
        if runs(name):
            kept[name].terminate()
            kept[name].wait()

    def start(name):
        if runs(name):
            return True
        with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
            command = json.load(file)["command"]
        # What a program of the service says is not for whoever asked; its first line means that it is ready.
        kept[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        return kept[name].stdout.readline() == b"ready\n"

    def answer(verb, name):
        try:
            if verb == "stop":
                stop(name)
                return True, "stopped"
            if verb == "restart":
                stop(name)
            if verb in ("start", "restart"):
                return start(name), "started"
            return runs(name), "RUNNING" if runs(name) else "STOPPED"
        except OSError as error:
            return False, str(error)

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, "socket"))
    listener.listen(8)
    print("ready", flush=True)
    try:
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw", encoding="utf-8") as stream:
                verb, name = json.loads(stream.readline())
                stream.write(json.dumps(answer(verb, name)) + "\n")
    finally:
        for name in kept:
            stop(name)


def ask(folder, verb, name):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.path.join(folder, "socket"))
        with connection.makefile("rw", encoding="utf-8") as stream:
            stream.write(json.dumps([verb, name]) + "\n")
            stream.flush()
            good, said = json.loads(stream.readline())
    print(f"{name} {said}")
    return 0 if good else 3


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        # A signal ends it as an interrupt does, so that nothing it keeps is left behind.
        import signal

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        serve(sys.argv[2])
    else:
        sys.exit(ask(*sys.argv[2:5]))
