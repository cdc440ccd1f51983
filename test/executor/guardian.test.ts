import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const sandbox = fileURLToPath(new URL("../../src/executor/keeper", import.meta.url));

/*
 * A guardian shares the descriptor that wakes it with process 1 until that one executes something, so it is woken
 * when the program ends and again when process 1 does. Here the second wake-up comes after the guardian has looked
 * for what ended and found nothing.
 */
const script = `
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import guardian

wake, waker = os.pipe()
os.set_blocking(waker, False)
signal.set_wakeup_fd(waker)
signal.signal(signal.SIGCHLD, lambda *_: None)
status_read, status = os.pipe()
lifeline, keeper = os.pipe()
hold, release = os.pipe()
child = os.fork()
if child == 0:
    os.close(release)
    os.read(hold, 1)
    os._exit(0)
os.close(hold)

wait = os.waitpid
def late(pid, options):
    found = wait(pid, options)
    if found[0] == 0:
        os.close(release)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        os.waitpid = wait
    return found
os.waitpid = late
os.write(waker, b"x")
print(guardian.guard(child, {"lifeline": lifeline, "status": status}, wake), os.read(status_read, 4096).decode())
`;

it("learns of an end that comes between its look and its sleep", () => {
  const said = execFileSync("python3", ["-I", "-B", "-c", script, sandbox], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(said.trim()).toBe('True {"status": 0, "left": 0}');
});
