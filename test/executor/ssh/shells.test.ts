import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { token } from "../../contract/executor/daemon.ts";
import { bytes, eventually, processesWith, sh, world } from "../world.ts";
import { type SshdOptions, sshd, startSshd } from "./start-sshd.ts";

const isRoot = process.getuid?.() === 0;
const there = (file: string) => existsSync(file);
/** Login shells, and shells that a machine may have as /bin/sh: those that are here. ROTA_TEST_SHELLS names more. */
const more = (process.env.ROTA_TEST_SHELLS ?? "").split(":").filter(there);
const logins = ["/bin/sh", "/bin/bash", "/bin/csh", "/usr/bin/fish", "/bin/zsh", ...more].filter(there);
const posix = ["/bin/dash", "/bin/bash", ...more].filter(there).filter((file) => !/csh|fish/.test(file));

async function machineWith(options: SshdOptions) {
  const remote = await startSshd(options);
  onTestFinished(remote.end);
  const { executor } = world();
  return (command: string, asked: Parameters<typeof sh>[2] = {}) =>
    sh(executor, command, { place: remote.place, ...asked });
}

/** As root each machine has users and a /bin/sh of its own: a mount namespace. */
describe.runIf(isRoot && sshd !== undefined)("the shells of a machine", () => {
  test.each([...logins.map((shell) => ({ shell })), ...posix.map((file) => ({ posix: file }))])(
    "%j: values, input, result, end, and nothing left",
    async (options) => {
      const run = await machineWith(options);
      const TOKEN = token();
      const env = { TOKEN, EVIL: `'"$(id)\\ !x\n`, LONG: "é".repeat(30_000) };
      const { outcome, lines } = await run(
        `[ \${#LONG} -ge 30000 ] && printf '%s' "$EVIL" >> "$ROTA_OUTPUT"; wc -c; sleep 600 & echo "$0" >&2`,
        { env, input: bytes("x".repeat(100_000)) },
      );
      expect(outcome.reason).toBeUndefined();
      expect(Buffer.from(outcome.result ?? []).toString()).toBe(env.EVIL);
      expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual(
        expect.arrayContaining(["stdout: 100000", "stderr: /bin/sh"]),
      );
      expect(processesWith(TOKEN)).toEqual([]);
      expect((await run("exit 255")).outcome).toMatchObject({ end: "failed", exitCode: 255 });
      expect((await run("kill -SEGV $$")).outcome).toMatchObject({ end: "failed", signal: "SIGSEGV" });
      const cancel = new AbortController();
      const stopped = await run(`trap 'echo bye; exit 7' TERM; echo up; sleep 600 & wait`, {
        env: { TOKEN },
        signal: cancel.signal,
        limits: { grace: 5_000 },
        output: async () => cancel.abort(),
      });
      expect(stopped.outcome).toMatchObject({ end: "cancelled", exitCode: 7 });
      expect(stopped.lines).toEqual(["stdout: up", "stdout: bye"]);
      await eventually(() => processesWith(TOKEN).length === 0);
    },
  );

  test.each(["/bin/dash", "/bin/bash"].filter(there))(
    "a machine without setsid, where %s is the shell: the command still has a group of its own",
    async (file) => {
      const tools = mkdtempSync(join(tmpdir(), "rota-tools-"));
      onTestFinished(() => rmSync(tools, { recursive: true }));
      for (const name of "cat cp dd env grep head mkdir perl rm sleep tr wc".split(" "))
        symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), join(tools, name));
      const run = await machineWith({ posix: file, more: `SetEnv PATH=${tools}` });
      const TOKEN = token();
      const cancel = new AbortController();
      const { outcome, lines } = await run("(trap '' TERM; env -i sleep 601) & echo up; sleep 601; wait", {
        env: { TOKEN },
        signal: cancel.signal,
        limits: { grace: 100 },
        output: async () => cancel.abort(),
      });
      expect(lines).toEqual(["stdout: up"]);
      expect(outcome).toMatchObject({ end: "cancelled" });
      await eventually(() => processesWith(TOKEN).length === 0 && processesWith("sleep\x301").length === 0);
    },
  );

  test("a user without a login shell is told, with what the login says", async () => {
    const run = await machineWith({ shell: "/usr/sbin/nologin" });
    const { outcome } = await run("true");
    expect(outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /^The login at 127\.0\.0\.1:\d+ did not start \/bin\/sh \(exit code 1; it says: This account is currently not available\.\): its user needs a login shell, and the machine a POSIX shell at \/bin\/sh\.$/,
      ),
    });
  });

  test("a server that allows one session for each connection still runs them all", async () => {
    const run = await machineWith({ more: "MaxSessions 1" });
    const all = await Promise.all(Array.from({ length: 3 }, (_, n) => run(`sleep 0.2; echo ${n}`)));
    expect(all.map(({ lines }) => lines)).toEqual([["stdout: 0"], ["stdout: 1"], ["stdout: 2"]]);
  });

  test("a machine where no folder can be made says why", async () => {
    const run = await machineWith({ more: "SetEnv TMPDIR=/nowhere" });
    expect((await run("true")).outcome).toMatchObject({
      end: "not_started",
      reason: expect.stringMatching(
        /could not start it: mkdir: .*\/nowhere\/rota-.*No such file or directory\.$/,
      ),
    });
  });
});
