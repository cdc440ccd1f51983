import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Executor, SshTarget } from "../../../src/runs/ports/executor.ts";
import { eventually, processesWith, sh, sharedWorld, world } from "../world.ts";
import { makeKeys } from "./remote.ts";
import { remoteOf, servers } from "./servers.ts";
import { freePort } from "./start-sshd.ts";

const at = (executor: Executor, target: SshTarget, command = "echo in") =>
  sh(executor, command, { place: { kind: "ssh", target } });
/** What comes of a command that never starts. */
const why = async (executor: Executor, target: SshTarget) => {
  const { outcome } = await at(executor, target);
  expect(outcome.end).toBe("not_started");
  return outcome.reason;
};

describe.each(servers)("a connection to $name", (kind) => {
  describe.skipIf(kind.missing !== undefined)("over ssh", () => {
    const remote = remoteOf(kind);
    const bastion = remoteOf(kind);
    const { executor } = sharedWorld();

    test("is shared by the tasks of a run that have equal targets, and ends with the run", async () => {
      const own = world();
      const before = remote().made();
      const { place } = remote();
      const runs = (run: string, count: number) =>
        Array.from({ length: count }, (_, n) => sh(own.executor, `echo ${n}`, { place, run }));
      for (const { lines, outcome } of await Promise.all(runs("first", 6)))
        expect(lines, outcome.reason).toHaveLength(1);
      for (let n = 0; n < 5; n++)
        expect((await sh(own.executor, "true", { place, run: "first" })).outcome.end).toBe("succeeded");
      expect(remote().made() - before).toBe(1);
      await Promise.all(runs("second", 1));
      expect(remote().made() - before).toBe(2);
      await own.executor.release("first");
      await own.executor.release("first");
      await eventually(() => remote().open() === 1);
      expect((await Promise.all(runs("second", 1)))[0]?.outcome.end).toBe("succeeded");
      expect(remote().made() - before).toBe(2);
      await own.executor.stop();
      await eventually(() => remote().open() === 0);
      expect(own.processes()).toEqual([]);
    });

    test("that has ended is made anew for the next task", async () => {
      const own = world();
      await at(own.executor, remote().target);
      const master = processesWith("-M\0-N").filter((pid) => own.processes().includes(pid));
      expect(master).toHaveLength(1);
      for (const pid of master) process.kill(pid, "SIGKILL");
      await eventually(() => remote().open() === 0);
      expect((await at(own.executor, remote().target)).outcome.end).toBe("succeeded");
    });

    test("many at once are served by a few connections", async () => {
      const own = world();
      const before = remote().made();
      const all = Array.from({ length: 20 }, () => at(own.executor, remote().target));
      for (const { outcome } of await Promise.all(all)) expect(outcome.end).toBe("succeeded");
      expect(remote().made() - before).toBe(3);
    });

    test("its files are private, and gone with it", async () => {
      const own = world();
      await at(own.executor, remote().target);
      const folder = connectionFolder(own.dataDir);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
      expect(readFileSync(join(folder, "target.key"), "utf8")).toBe(remote().target.key);
      await own.executor.release("0000000000000000000000000");
      expect(existsSync(folder)).toBe(false);
    });

    test("a key without a last line end is the same key", async () => {
      const key = remote().target.key.trimEnd();
      expect((await at(executor, { ...remote().target, key })).lines).toEqual(["stdout: in"]);
    });

    test("another host key than the pinned one is never accepted, and its fingerprint is told", async () => {
      const other = makeKeys();
      onTestFinished(other.remove);
      const print = fingerprint(remote().target.hostKey);
      const reason = await why(executor, { ...remote().target, hostKey: other.hostKey });
      expect(reason).toBe(
        `127.0.0.1:${remote().target.port} has shown another host key than the one that rota.yaml has for it: ED25519 ${print}. Another machine may answer there in its place. Ask who runs it for its fingerprint, and change hostKey only if it is this one.`,
      );
    });

    test("a machine without a host key of the pinned type is told apart", async () => {
      const other = makeKeys("ecdsa");
      onTestFinished(other.remove);
      expect(await why(executor, { ...remote().target, hostKey: other.hostKey })).toBe(
        `127.0.0.1:${remote().target.port} has no host key of the type ecdsa-sha2-nistp256, which rota.yaml has for it (hostKey): it offers ssh-ed25519.`,
      );
    });

    test("a key that is not let in is told apart, and no agent or other key helps out", async () => {
      const other = makeKeys();
      onTestFinished(other.remove);
      const agent = execFileSync("ssh-agent", ["-s"], { encoding: "utf8" });
      const [, socket = ""] = /SSH_AUTH_SOCK=([^;]+)/.exec(agent) ?? [];
      const [, pid = ""] = /SSH_AGENT_PID=(\d+)/.exec(agent) ?? [];
      onTestFinished(() => void process.kill(Number(pid)));
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync("ssh-add", ["-q", "-"], { env, input: remote().target.key });
      process.env.SSH_AUTH_SOCK = socket;
      onTestFinished(() => void delete process.env.SSH_AUTH_SOCK);
      const own = world();
      expect(await why(own.executor, { ...remote().target, key: other.key })).toMatch(
        /^\S+@127\.0\.0\.1 was not let in with this key: put its public key into that user's authorized_keys there \(the machine takes: publickey.*\)\.$/,
      );
    });

    test("through another machine, each with its own pinned key", async () => {
      const before = bastion().made();
      const through = { ...remote().target, jump: bastion().target };
      const { outcome, lines } = await at(executor, through);
      expect(outcome.reason).toBeUndefined();
      expect(lines).toEqual(["stdout: in"]);
      expect(bastion().made() - before).toBe(1);
      const other = makeKeys();
      onTestFinished(other.remove);
      const wrong = { ...remote().target, jump: { ...bastion().target, hostKey: other.hostKey } };
      expect(await why(executor, wrong)).toMatch(
        new RegExp(`^127\\.0\\.0\\.1:${bastion().target.port} has shown another host key`),
      );
      const wrongBehind = { ...remote().target, hostKey: other.hostKey, jump: bastion().target };
      expect(await why(executor, wrongBehind)).toMatch(
        new RegExp(`^127\\.0\\.0\\.1:${remote().target.port} has shown another host key`),
      );
    });

    test("one that is tried answers how long it took and what it calls itself; else why not", async () => {
      const signal = new AbortController().signal;
      const before = remote().open();
      const tried = await executor.tryTarget(remote().target, signal);
      expect(tried).toMatchObject({ reached: true, software: expect.stringMatching(/^(OpenSSH_|ssh2js)/) });
      const port = await freePort();
      expect(await executor.tryTarget({ ...remote().target, port }, signal)).toEqual({
        reached: false,
        reason: `127.0.0.1 could not be reached on port ${port}: connection refused.`,
      });
      expect(await executor.tryTarget(remote().target, AbortSignal.abort())).toMatchObject({
        reached: false,
      });
      await eventually(() => remote().open() === before);
    });
  });
});

describe.skipIf(servers.every(({ missing }) => missing !== undefined))(
  "a machine that does not answer",
  () => {
    const { executor } = sharedWorld();
    const keys = makeKeys();
    const target: SshTarget = {
      host: "127.0.0.1",
      port: 22,
      user: "ops",
      key: keys.key,
      hostKey: keys.hostKey,
      jump: undefined,
    };

    test("a name that nobody knows, a port that nobody listens at", async () => {
      expect(await why(executor, { ...target, host: "no-such-host.invalid" })).toMatch(
        /^The name no-such-host\.invalid could not be resolved: /,
      );
      const port = await freePort();
      expect(await why(executor, { ...target, port })).toBe(
        `127.0.0.1 could not be reached on port ${port}: connection refused.`,
      );
    });

    test("a port where something else answers, or nothing does: a cancel is not kept waiting", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      onTestFinished(() => void silent.close());
      const cancel = new AbortController();
      silent.once("connection", () => cancel.abort());
      const { port } = silent.address() as { port: number };
      const { outcome } = await sh(executor, "true", {
        place: { kind: "ssh", target: { ...target, port } },
        signal: cancel.signal,
      });
      expect(outcome.end).toBe("cancelled");
      const late = await sh(executor, "true", {
        place: { kind: "ssh", target: { ...target, port, user: "other" } },
        limits: { timeout: 200 },
      });
      expect(late.outcome).toMatchObject({
        end: "timed_out",
        reason: "Its timeout of 200 ms was over before it could start.",
      });
    });

    test("a server without an ssh client says what to install", async () => {
      const own = world({ variables: { ...process.env, PATH: "/nowhere" }, python: "/usr/bin/python3" });
      expect(await why(own.executor, target)).toMatch(
        /^There is no ssh on this server's PATH: install OpenSSH's client/,
      );
    });
  },
);

/** The folder of the one connection below a data folder. */
function connectionFolder(dataDir: string): string {
  const executions = join(dataDir, "executions");
  const found = readdirSync(executions, { recursive: true, encoding: "utf8" }).filter((path) =>
    /^[^/]+\/ssh-[0-9a-f]+$/.test(path),
  );
  expect(found).toHaveLength(1);
  return join(executions, found[0] ?? "");
}

const fingerprint = (publicKey: string) =>
  execFileSync("ssh-keygen", ["-lf", "-"], { input: publicKey, encoding: "utf8" }).split(" ")[1];
