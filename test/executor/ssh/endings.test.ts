import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { token } from "../../contract/executor/daemon.ts";
import { eventually, processesWith, sh, sharedWorld, world } from "../world.ts";
import { remoteOf, servers } from "./servers.ts";

/** A tree that ignores all that can be ignored, on both sides of its process group; `up` when it stands. */
const stubborn = `trap '' TERM HUP INT; setsid sh -c "trap '' TERM; sleep 600" & (trap '' TERM; sleep 600) & echo up; sleep 600; wait`;

/** However a command on another machine ends: nothing of it stays there, nor here. */
describe.each(servers)("an end on $name", (kind) => {
  describe.skipIf(kind.missing !== undefined)("over ssh", () => {
    const remote = remoteOf(kind);
    const { executor } = sharedWorld();

    test("a timeout asks first, and tells the exit code that it was answered with", async () => {
      const { outcome, lines } = await sh(executor, "trap 'echo bye; exit 7' TERM; sleep 600 & wait", {
        place: remote().place,
        limits: { timeout: 4_000, grace: 5_000 },
      });
      expect(lines).toEqual(["stdout: bye"]);
      expect(outcome).toMatchObject({
        end: "timed_out",
        reason: "It ran longer than its timeout of 4 s.",
        exitCode: 7,
        result: undefined,
      });
    });

    test("after a timeout the whole tree is gone, whatever it ignores", async () => {
      const TOKEN = token();
      const { outcome } = await sh(executor, stubborn, {
        place: remote().place,
        env: { TOKEN },
        limits: { timeout: 4_000, grace: 100 },
      });
      expect(outcome).toMatchObject({ end: "timed_out", signal: "SIGKILL" });
      expect(processesWith(TOKEN)).toEqual([]);
    });

    test("a cancel ends it, also while it floods", async () => {
      const TOKEN = token();
      const cancel = new AbortController();
      const { outcome } = await sh(executor, "echo up; yes $(printf %0200d 1)", {
        place: remote().place,
        env: { TOKEN },
        signal: cancel.signal,
        limits: { grace: 100, output: 2 ** 40 },
        output: async () => cancel.abort(),
      });
      expect(outcome).toMatchObject({ end: "cancelled", reason: "Cancelled." });
      expect(processesWith(TOKEN)).toEqual([]);
    });

    test("one that was cancelled before anything was sent never starts", async () => {
      const { outcome } = await sh(executor, "echo x", {
        place: remote().place,
        signal: AbortSignal.abort(),
      });
      expect(outcome.end).toBe("cancelled");
    });

    test.each([
      ["the ssh client of the command", (folder: string) => sessionsOf(folder)],
      [
        "what owns it on this side",
        (folder: string) => processesWith("ssh_program.py").filter(inFolder(folder)),
      ],
      ["the connection", (folder: string) => mastersOf(folder)],
    ])("kill -9 of %s: the command dies, and the run is told so", async (_, victims) => {
      const TOKEN = token();
      const own = world();
      const run = sh(own.executor, stubborn, {
        place: remote().place,
        env: { TOKEN },
        output: async ({ text }) => {
          if (text === "up") for (const pid of victims(own.dataDir)) process.kill(pid, "SIGKILL");
        },
      });
      const { outcome } = await run;
      expect(outcome).toMatchObject({ end: "failed", exitCode: undefined, signal: undefined });
      expect(outcome.reason).toMatch(
        /^(The connection to .* was lost while it ran|The ssh client for .* was killed from outside)\. Whether it came to its end is not known\.$/,
      );
      await eventually(() => processesWith(TOKEN).length === 0);
    });

    test("kill -9 of the server: clients, connections and commands are gone, and the keys with them", async () => {
      const TOKEN = token();
      const dataDir = mkdtempSync(join(tmpdir(), "rota-held-"));
      onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
      const holder = fileURLToPath(new URL("hold.ts", import.meta.url));
      const child = spawn(process.execPath, [holder, dataDir, "3", TOKEN], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      child.stdin.end(JSON.stringify({ target: remote().target, command: stubborn }));
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
      await eventually(() => said.includes("all up"), 20_000);
      expect(processesWith(TOKEN).length).toBeGreaterThan(9);
      child.kill("SIGKILL");
      await eventually(
        () =>
          processesWith(TOKEN).length === 0 && processesWith(dataDir).length === 0 && remote().open() <= 1,
      );
      const left = existsSync(join(dataDir, "executions")) ? readdirSync(join(dataDir, "executions")) : [];
      expect(left).toEqual([]);
    });

    test("a server that stops ends them", async () => {
      const TOKEN = token();
      const own = world();
      const stopping = Promise.withResolvers<void>();
      const { outcome } = await sh(own.executor, stubborn, {
        place: remote().place,
        env: { TOKEN },
        output: async () => {
          void own.executor.stop().then(stopping.resolve);
        },
      });
      expect(outcome).toMatchObject({ end: "lost", reason: "The server stopped while it ran." });
      await stopping.promise;
      await eventually(() => processesWith(TOKEN).length === 0);
      expect(own.processes()).toEqual([]);
    });
  });
});

const inFolder = (folder: string) => {
  const all = new Set(processesWith(folder));
  return (pid: number) => all.has(pid);
};
/** The ssh clients of commands, and those that hold connections, below a data folder. */
const sessionsOf = (folder: string) =>
  processesWith("exec /bin/sh -c 'IFS=").filter(inFolder(folder)).filter(isSsh);
const mastersOf = (folder: string) => processesWith("-M\0-N").filter(inFolder(folder)).filter(isSsh);
const isSsh = (pid: number) => processesWith("-F\0config").includes(pid);
