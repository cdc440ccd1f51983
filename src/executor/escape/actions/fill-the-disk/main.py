"""Writes until it is stopped."""
import os
import time

from attempt import attempt, tried

LIMIT = int(os.environ["DISK"])
PIECE = b"x" * (1 << 20)


@attempt
def one_file():
    with open(os.environ["HOME"] + "/large", "wb") as file:
        for _ in range(4 * LIMIT >> 20):
            file.write(PIECE)
    return "four times the limit"


@attempt
def many_files():
    os.unlink(os.environ["HOME"] + "/large")
    for number in range(4 * LIMIT >> 20):
        with open(f"{os.environ['HOME']}/{number}", "wb") as file:
            file.write(PIECE)
    time.sleep(10)  # the keeper looks once a second
    return "four times the limit"


main = tried()
