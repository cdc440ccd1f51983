"""Takes memory in processes that are each within the limit."""
import os
import time

from attempt import attempt, tried


@attempt
def processes():
    held = []
    for _ in range(12):
        if os.fork() == 0:
            held.append(os.urandom(1 << 20) * (int(os.environ["MEMORY"]) // 4 >> 20))
            time.sleep(600)
    time.sleep(10)
    return "three times the limit"


main = tried()
