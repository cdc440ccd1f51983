import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { byStep, emptyFolder, freePort, said, supervised, templateWorld } from "./world.ts";

// Many small programs, one after another: each test is seconds of them, more on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const { atHost } = templateWorld();
const closed = async () => `http://127.0.0.1:${await freePort()}/`;

describe("E11: Application Reset", () => {
  /** A repository whose last commit broke the application, with a file of its own that git does not know. */
  function broken() {
    const root = emptyFolder();
    const folder = join(root, "app");
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args]);
    mkdirSync(folder);
    git("init", "-q");
    writeFileSync(join(folder, "version"), "good");
    writeFileSync(join(folder, ".gitignore"), "settings\n");
    git("add", "-A");
    git("commit", "-q", "-m", "good");
    git("tag", "v1");
    writeFileSync(join(folder, "version"), "bad");
    git("commit", "-q", "-a", "-m", "bad");
    writeFileSync(join(folder, "settings"), "mine");
    writeFileSync(join(folder, "junk"), "left behind");
    const good = join(root, "good");
    mkdirSync(good);
    writeFileSync(join(good, "version"), "copied");
    const archive = join(root, "good.tar.gz");
    execFileSync("tar", ["-C", good, "-czf", archive, "."]);
    const backups = join(root, "backups");
    return { root, folder, good, archive, backups, parameters: { folder, backups } };
  }
  const version = (folder: string) => readFileSync(join(folder, "version"), "utf8");
  const listed = (archive: string) =>
    execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).split("\n");

  it("goes back to a tag, keeps what git ignores, and keeps a backup of it all", async () => {
    const { root, folder, backups, parameters } = broken();
    const done = await atHost("Application Reset", { ...parameters, source: "git", good: "v1" });
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(version(folder)).toBe("good");
    expect(readFileSync(join(folder, "settings"), "utf8")).toBe("mine");
    expect(existsSync(join(folder, "junk"))).toBe(false);
    const { backup } = (done.step.report?.outputs ?? {}) as { backup: string };
    expect(backup.startsWith(`${backups}/app-`)).toBe(true);
    expect(listed(backup)).toEqual(expect.arrayContaining(["app/junk", "app/settings", "app/.git/"]));
    expect(statSync(backup).mode & 0o077).toBe(0);
    expect(readdirSync(root).toSorted()).toEqual(["app", "backups", "good", "good.tar.gz"]);
  });

  it("takes an archive or a folder as the good state", async () => {
    const { folder, good, archive, parameters } = broken();
    for (const [source, from] of [
      ["archive", archive],
      ["folder", good],
    ] as const) {
      writeFileSync(join(folder, "version"), "bad");
      const done = await atHost("Application Reset", { ...parameters, source, good: from });
      expect(done.run.state, said(done)).toBe("succeeded");
      expect(readdirSync(folder)).toEqual(["version"]);
      expect(version(folder)).toBe("copied");
    }
  });

  it("puts everything back when the good state does not answer", async () => {
    const { root, folder, parameters } = broken();
    const given = { ...parameters, source: "git", good: "v1", health_url: await closed() };
    const done = await atHost("Application Reset", given);
    expect(done.run.reason).toContain('Step "Check" failed');
    expect(byStep(done)).toMatchObject({ switch: "succeeded", back: "succeeded", clean_up: "succeeded" });
    expect(version(folder)).toBe("bad");
    expect(readdirSync(folder).toSorted()).toEqual([".git", ".gitignore", "junk", "settings", "version"]);
    expect(readdirSync(root).toSorted()).toEqual(["app", "backups", "good", "good.tar.gz"]);
  });

  it("stops and starts what runs the application", async () => {
    const { parameters: service, url, log } = await supervised();
    await atHost("Service Restart", service);
    const { folder, parameters } = broken();
    const given = { ...parameters, ...service, source: "git", good: "v1", health_url: url };
    const done = await atHost("Application Reset", given);
    expect(done.run.state, said(done)).toBe("succeeded");
    expect(version(folder)).toBe("good");
    expect(log().match(/started as/g)).toHaveLength(2);
  });

  it("refuses what would lead elsewhere, and then touches nothing", async () => {
    const { root, folder, good, parameters } = broken();
    symlinkSync(folder, join(root, "link"));
    const outward = join(root, "escape.tar");
    writeFileSync(join(root, "evil"), "evil");
    execFileSync("tar", ["-C", good, "-cPf", outward, "../evil"]);
    cpSync(good, join(folder, "inside"), { recursive: true });
    for (const [change, why] of [
      [{ folder: join(root, "link") }, "leads through a link"],
      [{ folder: "/usr/bin" }, "belongs to the system"],
      [{ source: "git", good: "v9" }, "no tag or commit v9"],
      [{ source: "archive", good: outward }, "lead out of it"],
      [{ source: "archive", good: join(root, "none.tar") }, "cannot be read as a tar file"],
      [{ source: "folder", good: join(folder, "inside") }, "lies inside of"],
      [{ backups: join(folder, "backups") }, "the backup would be lost with it"],
    ] as const) {
      const done = await atHost("Application Reset", { ...parameters, source: "git", good: "v1", ...change });
      expect(done.run.state, said(done)).toBe("failed");
      expect(said(done)).toContain(why);
      expect(byStep(done).switch).toBe("skipped");
      expect(version(folder)).toBe("bad");
    }
    expect(readdirSync(root).filter((name) => name.startsWith("app"))).toEqual(["app"]);
  });
});
