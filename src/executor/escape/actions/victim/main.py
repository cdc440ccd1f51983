"""Another run, with a secret in its environment, its folder and its memory, that does nothing until it is ended."""
import os
import subprocess
import sys
import time


def main():
    with open(os.environ["HOME"] + "/secret.txt", "w", encoding="ascii") as file:
        file.write(os.environ["SECRET"])
    # A program of its own, so that its command line names it to whoever looks for it from outside.
    subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(3600)", os.environ["TOKEN"]])
    print("home " + os.environ["HOME"])
    time.sleep(3600)
