"""Starts threads until it is stopped."""
import threading
import time

from attempt import Held, attempt, tried


@attempt
def threads():
    waiting = threading.Event()
    try:
        for _ in range(400):
            threading.Thread(target=waiting.wait, daemon=True).start()
    except RuntimeError as error:
        raise Held(str(error)) from None
    time.sleep(10)
    return "400 threads"


main = tried()
