"""Takes memory that no single process is charged for, until it is stopped."""
import mmap
import os
import time

from attempt import attempt, tried

LIMIT = int(os.environ["MEMORY"])


@attempt
def mapped():
    held = []
    for _ in range(8):
        held.append(mmap.mmap(-1, LIMIT // 2))
        held[-1].write(b"x" * (LIMIT // 2))
    time.sleep(10)
    return f"{len(held)} mappings"


main = tried()
