"""Another run, with a secret in its environment, its folder and its memory, that does nothing until it is ended."""
import os
import subprocess
import sys

# A program of its own, so that its command line names it to whoever looks for it from outside.
PROGRAM = "import os, time; print('home ' + os.environ['HOME'], flush=True); time.sleep(3600)"


def main():
    with open(os.environ["HOME"] + "/secret.txt", "w", encoding="ascii") as file:
        file.write(os.environ["SECRET"])
    subprocess.run([sys.executable, "-I", "-S", "-c", PROGRAM, os.environ["TOKEN"]], check=True)
