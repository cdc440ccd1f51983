import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { daemon, token } from "../contract/executor/daemon.ts";
import { eventually, execute, processesWith, world } from "./world.ts";

describe.each(["full", "basic"] as const)("ending at level %s", (highest) => {
  test("when the keeper is killed, runs end as lost, nothing of them lives, and the next one works", async () => {
    const { executor, bundle, dataDir } = world({ highest });
    const TOKEN = token();
    const folder = bundle(
      `${daemon}\ndef main():\n    leave_daemon()\n    print("up")\n    time.sleep(600)\n`,
    );
    let up = 0;
    const running = [1, 2, 3].map(() =>
      execute(executor, folder, { env: { TOKEN }, output: async () => void up++ }),
    );
    await eventually(() => up === 3);
    process.kill(keeperOf(dataDir), "SIGKILL");
    for (const { outcome } of await Promise.all(running))
      expect(outcome).toMatchObject({ end: "lost", reason: "The keeper of executions died while it ran." });
    expect(processesWith(TOKEN)).toEqual([]);
    const next = await execute(executor, bundle("def main(): return 5"));
    expect(next.outcome).toMatchObject({ reason: undefined, end: "succeeded" });
  });
});

test("a guardian that is killed takes its run along, and only that", async () => {
  const { executor, bundle } = world({ highest: "basic" });
  const TOKEN = token();
  const quiet = execute(executor, bundle("import time\ndef main():\n    time.sleep(1)\n    return 1\n"));
  const { outcome } = await execute(
    executor,
    bundle(`${daemon}\ndef main():\n    leave_daemon()\n    os.kill(os.getppid(), 9)\n    time.sleep(600)\n`),
    { env: { TOKEN } },
  );
  expect(outcome).toMatchObject({
    end: "lost",
    reason: "The process that guarded it was killed from outside.",
  });
  expect(processesWith(TOKEN)).toEqual([]);
  expect((await quiet).outcome.end).toBe("succeeded");
});

test("output that cannot be stored ends the run and is told to the caller", async () => {
  const { executor, bundle } = world();
  const TOKEN = token();
  const running = execute(executor, bundle("import time\ndef main():\n    print(1)\n    time.sleep(600)\n"), {
    env: { TOKEN },
    output: () => Promise.reject(new Error("disk full")),
  });
  await expect(running).rejects.toThrow("disk full");
  expect(processesWith(TOKEN)).toEqual([]);
});

function keeperOf(dataDir: string): number {
  const found = processesWith(dataDir).find((pid) => {
    const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    return Number(parent) === process.pid;
  });
  if (found === undefined) throw new Error("No keeper runs.");
  return found;
}
