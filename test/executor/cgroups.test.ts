import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const sandbox = fileURLToPath(new URL("../../src/executor/keeper", import.meta.url));

/** Makes groups where this machine lets us, and tells what it could try. */
const program = `
import json, os, signal, sys, time
sys.path.insert(0, sys.argv[1])
import cgroups
name = "test-" + str(os.getpid())
limits = {"memory": 64 << 20, "disk": 1 << 20, "processes": 4}
said = {}
base = cgroups.find()
said["base"] = base
if base is not None and os.access(base, os.W_OK):
    said["controllers"] = controllers = cgroups.usable(base, os.getpid())
    groups = cgroups.Groups(base, name, controllers)
    def run(body):
        """In a process of a group; answers how it ended, and the group."""
        group = groups.make(limits, False)
        door = {"group": group.door()}
        child = os.fork()
        if child == 0:
            try:
                cgroups.enter(door)
                os._exit(body() or 0)
            except BaseException:
                os._exit(9)
        os.close(door["group"])
        return child, group
    def chain():
        """Starts the next process and ends, again and again: nobody can kill it by its number."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if os.fork(): os._exit(0)
    child, group = run(chain)
    os.waitpid(child, 0)
    inside = lambda: cgroups.read(group.folder + "/cgroup.procs").split()
    while not inside():
        pass
    group.kill()
    until = time.monotonic() + 10
    while inside() and time.monotonic() < until:
        time.sleep(0.01)
    said["killed"] = not inside()
    group.remove()
    said["removed"] = not os.path.exists(group.folder)
    child, group = run(lambda: time.sleep(60))
    while str(child) not in inside():
        time.sleep(0.001)
    cgroups.sweep(name)
    said["swept"] = os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    cgroups.sweep(name)
    said["gone"] = not os.path.exists(groups.folder)
    groups = cgroups.Groups(base, name, controllers)
    if "memory" in controllers:
        child, group = run(lambda: len(bytearray(os.urandom(1 << 20) * 256)) and 0)
        os.waitpid(child, 0)
        said["out of memory"] = group.out_of_memory()
    if "pids" in controllers:
        child, group = run(lambda: [os.fork() or time.sleep(5) for _ in range(8)] and 0)
        said["processes refused"] = os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 9
    groups.remove()
print(json.dumps(said))
`;

test("control groups end, sweep and limit what is in them, as far as this machine lets us try", () => {
  const { stdout, stderr } = spawnSync("python3", ["-c", program, sandbox], { encoding: "utf8" });
  expect(stderr).toBe("");
  const { base, controllers, ...came } = JSON.parse(stdout) as {
    base: string | null;
    controllers?: string[];
  };
  if (controllers === undefined)
    return console.log(
      base === null
        ? "Not tried: this machine has no control groups of version 2."
        : `Not tried: ${base} is not ours to divide.`,
    );
  for (const name of ["memory", "pids"])
    if (!controllers.includes(name))
      console.log(`Not tried: limits by the controller "${name}", not given here.`);
  expect(Object.entries(came).filter(([, held]) => held !== true)).toEqual([]);
  expect(Object.keys(came)).toEqual(expect.arrayContaining(["killed", "removed", "swept", "gone"]));
});
