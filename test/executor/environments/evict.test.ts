import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { evict } from "../../../src/executor/environments/evict.ts";
import { execute } from "../world.ts";
import { project, shelf } from "./shelf.ts";
import { hasPip, writeWheel } from "./wheel.ts";

const never = new AbortController().signal;
const marker = ".rota-environment.json";

function age(environment: string, minutes: number) {
  const asked = Date.now() / 1000 - minutes * 60;
  utimesSync(join(environment, marker), asked, asked);
}

/** Environments of 10 bytes by name, asked for so many minutes ago. */
function crowd(minutes: Record<string, number>) {
  const folder = mkdtempSync(join(tmpdir(), "rota-evict-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, ago] of Object.entries(minutes)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, marker), '{"size":10}');
    age(join(folder, name), ago);
  }
  return { folder, left: () => readdirSync(folder).sort() };
}
const nobody = async () => new Set<string>();

test("those asked for longest ago go first, and no more than must", async () => {
  const { folder, left } = crowd({ a: 60, b: 90, c: 30 });
  await evict(folder, 20, nobody);
  expect(left()).toEqual(["a", "c"]);
});

test("one in use stays, and so does one that was just asked for, however little room there is", async () => {
  const { folder, left } = crowd({ used: 90, unused: 60, recent: 20 });
  await evict(folder, 0, async () => new Set(["used"]));
  expect(left()).toEqual(["recent", "used"]);
});

test("nobody is asked what is in use while there is room; locks and the rest of a removal are no environments", async () => {
  const { folder, left } = crowd({ a: 60 });
  writeFileSync(join(folder, ".a.lock"), "");
  mkdirSync(join(folder, ".leaving-0"));
  await evict(folder, 10, () => Promise.reject(new Error("asked")));
  expect(left()).toEqual([".a.lock", "a"]);
});

test("all stay when what is in use cannot be found out", async () => {
  const { folder, left } = crowd({ a: 60 });
  await expect(evict(folder, 0, () => Promise.reject(new Error("no store")))).rejects.toThrow("no store");
  expect(left()).toEqual(["a"]);
});

test.runIf(hasPip())(
  "what was evicted is built again when it is needed, also for an execution that has begun",
  async () => {
    const used: string[] = [];
    const { executor, bundle, wheels } = shelf({}, { environmentsSize: 1, bundlesInUse: async () => used });
    const make = async (name: string) => {
      writeWheel(wheels, name, "1.0");
      const code = `import ${name}\ndef main(): return ${name}.VERSION`;
      const made = bundle({ "main.py": code, "pyproject.toml": project(name) });
      const { folder = "" } = await executor.environments.prepare(made, never);
      age(folder, 60);
      return { bundle: made, folder };
    };
    const live = await make("live_of_test");
    used.push(live.bundle, "/gone/from/here");
    const old = await make("old_of_test");
    await make("new_of_test");
    expect([live, old].map(({ folder }) => existsSync(folder))).toEqual([true, false]);
    const { outcome, result } = await execute(executor, old.bundle, { environment: old.folder });
    expect(outcome.end).toBe("succeeded");
    expect(result).toBe("1.0");
  },
  90_000,
);
