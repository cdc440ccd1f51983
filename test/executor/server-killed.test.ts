import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { bundle, eventually, execute, processesWith, world } from "./world.ts";

const hold = fileURLToPath(new URL("holder/hold.ts", import.meta.url));
const stubborn = `
import os, signal, sys, time
def main():
    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    print("up")
    time.sleep(600)
`;

/** Starts a holder and answers once all its executions run. */
async function held(count: number, options: { uid?: number; python?: string; warm?: string } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "rota-held-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const folder = bundle(dataDir, stubborn);
  chmodSync(dataDir, 0o755);
  if (options.uid !== undefined) chownSync(dataDir, options.uid, options.uid);
  const token = `held-${process.pid}-${count}-${options.uid ?? "same"}`;
  const child = spawn(process.execPath, [hold, dataDir, folder, String(count), token, options.warm ?? ""], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      ...(options.python ? { ROTA_PYTHON: options.python } : {}),
    },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await eventually(() => said.includes("all up") || said.includes("ended"), 25_000);
  return { child, dataDir, token, said: () => said };
}

const gone = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
const keeperFolders = (dataDir: string) =>
  readdirSync(join(dataDir, "executions")).filter((name) => !name.endsWith(".lock"));

const rounds = process.env.ROTA_SOAK ? 50 : 1;
test.each(Array.from({ length: 2 * rounds }, (_, round) => (round % 2 === 0 ? "cold" : "warm")))(
  "kill -9 of a server with 30 executions leaves no process and no folder (%s)",
  async (warm) => {
    const { child, dataDir, token, said } = await held(30, { warm });
    expect(said()).toMatch(/all up/);
    expect(processesWith(dataDir).length).toBeGreaterThanOrEqual(60); // forks show no variables of their own
    child.kill("SIGKILL");
    await eventually(
      () => gone(child) && processesWith(token).length === 0 && processesWith(dataDir).length === 0,
    );
    expect(keeperFolders(dataDir)).toEqual([]);
  },
);

test("kill -9 of server and keeper together: the guardians clean up, the next server sweeps the rest", async () => {
  const { child, dataDir, token } = await held(5, { warm: "warm" });
  const keeper = processesWith(dataDir).find((pid) => processesWith("keeper.py").includes(pid));
  child.kill("SIGKILL");
  if (keeper) process.kill(keeper, "SIGKILL");
  await eventually(
    () => gone(child) && processesWith(token).length === 0 && processesWith(dataDir).length === 0,
  );
  expect(keeperFolders(dataDir)).toHaveLength(1);
  const next = world({}, dataDir);
  expect((await execute(next.executor, next.bundle("def main(): return 1"))).result).toBe(1);
  expect(keeperFolders(dataDir)).toHaveLength(1); // its own
});

test.runIf(process.getuid?.() === 0 && existsSync("/usr/bin/python3"))(
  "an ordinary user's server has the same: its executions run, and none outlives it",
  async () => {
    const { child, dataDir, token, said } = await held(3, { uid: 65534, python: "/usr/bin/python3" });
    expect(said()).toMatch(/^level (full|basic)\nall up/);
    child.kill("SIGKILL");
    await eventually(
      () => gone(child) && processesWith(token).length === 0 && processesWith(dataDir).length === 0,
    );
    expect(keeperFolders(dataDir)).toEqual([]);
  },
);
