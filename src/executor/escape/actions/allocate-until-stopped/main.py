"""Takes memory until it is stopped."""
import mmap
import os

from attempt import attempt, tried

LIMIT = int(os.environ["MEMORY"])


@attempt
def one_process():
    return len(bytearray(4 * LIMIT))


@attempt
def mapped():
    held = []
    for _ in range(16):
        held.append(mmap.mmap(-1, LIMIT // 4, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
        held[-1].write(b"x" * (LIMIT // 4))
    return f"{len(held)} mappings"


main = tried()
