"""Keeps memory in files without a name, which belong to nobody's memory as long as they are not mapped."""
import os
import time

from attempt import attempt, tried

LIMIT = int(os.environ["MEMORY"])


@attempt
def memory_files():
    piece = b"x" * (1 << 20)
    for number in range(16):
        file = os.memfd_create(str(number))
        for _ in range(LIMIT // 4 >> 20):
            os.write(file, piece)
    return "four times the limit"


@attempt
def memory_segments():
    """System V: kept by the kernel until somebody removes them, attached or not."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    for _ in range(16):
        handle = libc.shmget(0, LIMIT // 4, 0o1600)
        if handle < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        address = libc.shmat(handle, None, 0)
        libc.shmctl(handle, 0, None)  # gone when nobody is attached to it
        ctypes.memset(address, 1, LIMIT // 4)
    time.sleep(10)
    return "four times the limit"


main = tried()
