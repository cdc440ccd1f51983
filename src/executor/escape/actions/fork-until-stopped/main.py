"""Starts processes until it is stopped. To be ended by the keeper counts as stopped too."""
import os
import time

from attempt import attempt, tried


@attempt
def processes():
    for _ in range(400):
        if os.fork() == 0:
            time.sleep(600)
    time.sleep(10)  # the keeper looks four times a second
    return "400 processes"


main = tried()
