/** Leaves a daemon behind that was forked twice, has its own session, ignores signals, and cleared its environment. */
export const daemon = `
import os, signal, subprocess, sys, time
def leave_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
            os.execve(sys.executable, [sys.executable, "-c", "import sys, time; time.sleep(600)", os.environ["TOKEN"]], {})
        os._exit(0)
    os.wait()
    time.sleep(0.1)
`;
let tokens = 0;
/** A text that is found in the environment or command line of what one test started, and of nothing else. */
export const token = () => `token-${process.pid}-${tokens++}-`;
