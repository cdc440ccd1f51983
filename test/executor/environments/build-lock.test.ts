import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdLock } from "../../../src/executor/environments/build-lock.ts";
import { eventually } from "../world.ts";
import { project } from "./shelf.ts";
import { hasPip, writeWheel } from "./wheel.ts";

const never = new AbortController().signal;

function folder() {
  const made = mkdtempSync(join(tmpdir(), "rota-lock-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("a lock is held by one at a time, waited for, given up, and gone with whoever held it", async () => {
  const file = join(folder(), "lock");
  const letGo = await holdLock(file, never);
  const order: string[] = [];
  const second = holdLock(file, never).then((go) => {
    order.push("second");
    return go;
  });
  const impatient = new AbortController();
  const third = holdLock(file, impatient.signal);
  impatient.abort();
  await expect(third).rejects.toThrow(/abort/i);
  order.push("first");
  await letGo();
  await (await second)();
  expect(order).toEqual(["first", "second"]);
  expect(existsSync(file)).toBe(false);
});

test.runIf(hasPip())(
  "two servers on one folder that want the same build it once, and both get it",
  async () => {
    const dataDir = folder();
    const wheels = join(dataDir, "wheels");
    writeWheel(wheels, "alpha_of_test", "1.0");
    const bundle = join(dataDir, "bundle");
    mkdirSync(bundle);
    writeFileSync(join(bundle, "main.py"), "");
    writeFileSync(join(bundle, "pyproject.toml"), project("alpha_of_test"));
    const program = join(import.meta.dirname, "prepare.ts");
    const said = await Promise.all(
      [1, 2].map(async () => {
        const child = fork(program, [dataDir, bundle, wheels], { silent: true });
        const messages: unknown[] = [];
        child.on("message", (message) => messages.push(message));
        const code = await new Promise((resolve) => child.once("close", resolve));
        expect(code).toBe(0);
        return messages[0] as { folder: string; lines: number };
      }),
    );
    expect(said[0]?.folder).toBe(said[1]?.folder);
    expect(said.filter(({ lines }) => lines > 0)).toHaveLength(1);
    const [key, ...others] = readdirSync(join(dataDir, "environments"));
    expect(others).toEqual([]);
    expect(readdirSync(join(dataDir, "environments", key ?? ""))).toContain("alpha_of_test");
  },
);

test.runIf(hasPip())("a server that is killed while it builds leaves the lock to the next", async () => {
  const file = join(folder(), "lock");
  const holder = fork(join(import.meta.dirname, "hold-lock.ts"), [file], { silent: true });
  await new Promise((resolve) => holder.once("message", resolve));
  let held = false;
  const waiting = holdLock(file, never).then((letGo) => {
    held = true;
    return letGo;
  });
  expect(held).toBe(false);
  holder.kill("SIGKILL");
  await (await waiting)();
  await eventually(() => !existsSync(file));
});
