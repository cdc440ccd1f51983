import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { privateApt } from "./private-apt.ts";
import { byStep, said, templateWorld } from "./world.ts";

// apt reads all that it knows at every start.
vi.setConfig({ testTimeout: 180_000 });
const { atHost } = templateWorld();
const hasApt = existsSync("/var/lib/dpkg/status") && spawnSync("apt-get", ["--version"]).status === 0;
const isRoot = process.getuid?.() === 0;

describe("E6: Update System Packages", () => {
  it.runIf(hasApt)(
    "shows what would change, changes nothing, and checks that packages are whole",
    async () => {
      const status = () => readFileSync("/var/lib/dpkg/status", "utf8");
      const before = status();
      const told = execFileSync("apt-get", ["-q", "-s", "-o", "Debug::NoLocking=true", "upgrade"], {
        encoding: "utf8",
      });
      const done = await atHost("Update System Packages", {});
      expect(done.run.state, said(done)).toBe("succeeded");
      expect(done.step.simulate?.outputs.changes).toBe(String(told.match(/^Inst /gm)?.length ?? 0));
      expect(byStep(done)).toMatchObject({ update: "skipped", check: "succeeded" });
      expect(status()).toBe(before);
    },
  );

  // Which of the two there is depends on who tests.
  const asRoot = async () => {
    const { config, installed } = privateApt();
    const own = `env: { APT_CONFIG: ${config} }\n`;
    const shown = await atHost("Update System Packages", { manager: "apt", refresh: true }, own);
    expect(shown.run.state, said(shown)).toBe("succeeded");
    expect(said(shown)).toContain("1 package can be updated: run it again with apply");
    expect(installed()).toBe("1");
    const done = await atHost("Update System Packages", { manager: "apt", apply: true }, own);
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(done.step.report?.outputs).toMatchObject({ changes: 1, removals: 0, updated: true });
    expect(installed()).toBe("2");
    const again = await atHost("Update System Packages", { manager: "apt", apply: true }, own);
    expect(said(again)).toContain("every package is current");
    expect(byStep(again).update).toBe("skipped");
  };
  const asOther = async () => {
    const done = await atHost("Update System Packages", { manager: "apt", refresh: true });
    expect(done.run.state).toBe("failed");
    expect(said(done)).toMatch(/Refreshing takes root, and this provider's user is \S+\./);
    expect(byStep(done)).toMatchObject({ simulate: "skipped", show_the_last_lines_of_its_log: "succeeded" });
  };
  it.runIf(hasApt)(
    isRoot ? "refreshes its lists, and updates when it is asked to" : "says that it takes root",
    isRoot ? asRoot : asOther,
  );

  it("fails with a sentence where there is no such package manager", async () => {
    const missing = spawnSync("sh", ["-c", "command -v dnf"]).status === 0 ? "apt" : "dnf";
    const done = await atHost("Update System Packages", { manager: missing });
    expect(done.run.state).toBe("failed");
    expect(said(done)).toMatch(/There is no (dnf|apt-get) at this provider/);
    expect(byStep(done)).toMatchObject({ simulate: "skipped", update: "skipped", report: "succeeded" });
  });
});
