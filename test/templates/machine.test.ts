import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { soak } from "../samples.ts";
import { byStep, emptyFolder, freePort, said, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { atHost, inSandbox } = templateWorld();
const isLinux = process.platform === "linux";
const day = 86_400;

/** A file that was changed some days ago. */
function old(path: string, days: number): string {
  writeFileSync(path, "x".repeat(2048));
  const then = Date.now() / 1000 - days * day;
  utimesSync(path, then, then);
  return path;
}

describe("E4: Disk Cleanup", () => {
  /** A folder with old and young files of strange names, and links that lead out of it. */
  function junk() {
    const root = emptyFolder();
    const folder = join(root, "junk");
    mkdirSync(join(folder, "deep"), { recursive: true });
    mkdirSync(join(root, "outside"));
    const names = ["a b", "-rf", "$(touch pwned)", "line\nbreak", "; rm -rf ..", "*", "deep/x.tmp"];
    const files = names.map((name) => old(join(folder, name), 30));
    const kept = [
      old(join(folder, "young"), 3),
      old(join(root, "outside", "precious"), 300),
      old(join(root, "beside"), 300),
    ];
    symlinkSync(join(root, "outside"), join(folder, "link"));
    symlinkSync(join(root, "outside", "precious"), join(folder, "link-to-file"));
    return { root, folder, files, kept };
  }
  const there = (paths: readonly string[]) => paths.filter((path) => existsSync(path));

  it("lists what it would remove, and removes nothing", async () => {
    const { folder, files, kept } = junk();
    const done = await atHost("Disk Cleanup", { folders: folder });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(byStep(done).remove).toBe("skipped");
    expect(done.step.list?.outputs).toEqual({ files: "7", kib: "14" });
    expect(said(done)).toContain("7 files (14 KiB) could be removed: run it again with confirm");
    expect(said(done)).toContain(`${folder}/deep/x.tmp`);
    expect(there([...files, ...kept])).toHaveLength(10);
  });

  it("removes just those with confirm: what is young, linked or outside stays", async () => {
    const { root, folder, files, kept } = junk();
    const done = await atHost("Disk Cleanup", { folders: folder, confirm: true });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(done.step.report?.outputs).toMatchObject({ files: 7, left: "0", removed: true });
    expect(there(files)).toEqual([]);
    expect(there(kept)).toEqual(kept);
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder, "link-to-file")).isSymbolicLink()).toBe(true);
    expect(readdirSync(root).toSorted()).toEqual(["beside", "junk", "outside"]);
  });

  it("removes only names that match, and only what is old enough", async () => {
    const { folder, files } = junk();
    await atHost("Disk Cleanup", { folders: folder, confirm: true, names: "*.tmp" });
    expect(there(files)).toHaveLength(6);
    await atHost("Disk Cleanup", { folders: folder, confirm: true, min_age_days: 31 });
    expect(there(files)).toHaveLength(6);
  });

  it("refuses links, folders of the system, and what is not there: then nothing at all is removed", async () => {
    const { folder, root, files, kept } = junk();
    for (const [folders, why] of [
      [`${folder},${folder}/link`, `${folder}/link leads to ${root}/outside`],
      [`${folder},/usr/share`, "/usr/share belongs to the system"],
      ...(isLinux
        ? ([
            [`${folder},/var`, "/var holds more than temporary files"],
            [`${folder},/var/lib`, "/var/lib holds more than temporary files"],
          ] as const)
        : []),
      [`${folder},${folder}/..`, `leads to ${root}`],
      [`${folder},/nowhere`, "/nowhere is not there"],
    ] as const) {
      const done = await atHost("Disk Cleanup", { folders, confirm: true });
      expect(done.run.state).toBe("failed");
      expect(said(done)).toContain(why);
      expect(byStep(done)).toMatchObject({ list: "skipped", remove: "skipped" });
      expect(there([...files, ...kept])).toHaveLength(10);
    }
  }, 60_000);
});

describe.runIf(isLinux)("E5: Memory Management", () => {
  it("reports, and drops nothing", async () => {
    const done = await atHost("Memory Management", { min_available_percent: 0 });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(byStep(done).drop).toBe("skipped");
    const total = /^MemTotal: +(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    expect(done.step.after?.outputs.MemTotal).toBe(total);
    expect(done.step.judge?.outputs.available_percent).toBeGreaterThan(0);
  });

  it("says that caches cannot be dropped where that is not allowed, and drops none", async () => {
    const done = await inSandbox("Memory Management", { drop_caches: true, min_available_percent: 0 });
    expect(done.run.state).toBe("failed");
    expect(said(done)).toMatch(/The user \S+ may not drop caches at this provider/);
    expect(byStep(done)).toMatchObject({ drop: "failed", after: "succeeded", judge: "succeeded" });
  });

  // It slows down everything else on the machine, so only when asked for long tests.
  if (soak && process.getuid?.() === 0)
    it("drops caches when it is asked to, and allowed", async () => {
      const done = await atHost("Memory Management", { drop_caches: true, min_available_percent: 0 });
      expect(byStep(done).drop, said(done)).toBe("succeeded");
    });

  it("fails when too little is available", async () => {
    const done = await atHost("Memory Management", { min_available_percent: 99 });
    expect(done.run.reason).toMatch(/only \d+ % of the memory is available, and 99 % should be/);
    expect(byStep(done).look_for_what_the_kernel_ended).toBe("succeeded");
  });
});

describe("E8: Network Diagnostics", () => {
  it("measures connections to a port that answers", async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const given = { target: "127.0.0.1", port, attempts: 3, max_milliseconds: 60_000 };
    const done = await atHost("Network Diagnostics", given);
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(done.step.judge?.outputs).toMatchObject({ addresses: ["127.0.0.1"], connected: 3, of: 3 });
    expect(Number(done.step.connect?.outputs.average_ms)).toBeGreaterThan(0);
  });

  it("fails when nothing listens, and when a name has no address", async () => {
    const port = await freePort();
    const closed = await atHost("Network Diagnostics", { target: "localhost", port, attempts: 2 });
    expect(closed.run.reason).toContain("the port cannot be reached");
    expect(byStep(closed).follow_the_route).toBe("succeeded");
    const unknown = await atHost("Network Diagnostics", { target: "name.invalid" });
    expect(unknown.run.reason).toContain('Step "Resolve the name" failed');
    expect(said(unknown)).toContain("name.invalid has no address");
  });
});

describe.runIf(isLinux)("E9: Performance Analysis", () => {
  it("measures the machine, and says what is short", async () => {
    const done = await atHost("Performance Analysis", { seconds: 1, top: 3 });
    expect(done.run.state, said(done)).toBe("succeeded");
    const figures = done.step.measure?.outputs ?? {};
    for (const name of ["cpu_percent", "wait_percent", "switches_per_second", "received_kib_per_second"])
      expect(Number(figures[name]), name).toBeGreaterThanOrEqual(0);
    expect(Number(figures.cpu_percent)).toBeLessThanOrEqual(100);
    expect(done.step.load?.outputs.processors).toMatch(/^\d+$/);
    expect(done.step.analyse?.outputs).toMatchObject({ figures: { ...figures }, short: expect.any(Array) });
  });
});
