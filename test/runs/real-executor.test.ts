import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Action } from "../../src/core/action/action.ts";
import type { Run } from "../../src/core/run/run.ts";
import { runJson } from "../../src/core/wire/run-json.ts";
import { createExecutor, type RotaExecutor } from "../../src/executor/index.ts";
import {
  inProcessBell,
  type RunsService,
  runsService,
  systemClock,
  withoutDeclarations,
} from "../../src/runs/index.ts";
import { fileRunBlobs, fileRunLog, openStore, type Store } from "../../src/store/index.ts";
import { someVersion } from "../contract/run-store.ts";
import { json, linesOf, textOf } from "./world.ts";

/* Real clock, real database on disk, real Python. */

let folder: string;
let store: Store;
let executor: RotaExecutor;
let service: RunsService;
const never = new AbortController().signal;
const login = Buffer.from("a@example.com:run_password_1").toString("base64");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rota-runs-real-"));
  store = await openStore({ path: join(folder, "rota.db") });
  executor = createExecutor({ dataDir: folder });
  service = runsService({
    ...withoutDeclarations,
    store: store.runs,
    alerts: store.alerts,
    log: fileRunLog(join(folder, "logs")),
    blobs: fileRunBlobs(join(folder, "io")),
    bell: inProcessBell(),
    executor,
    environments: executor.environments,
    bundles: { path: (code) => join(folder, "bundles", code) },
    credentials: { forRun: async () => ({ url: "http://127.0.0.1:1/", token: login }) },
    clock: systemClock(),
    workers: 4,
    grace: 300,
    ownsStore: true,
    report: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  await service.start();
});
afterAll(async () => {
  await service.stop();
  await executor.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;
async function start(main: string, fields: Partial<Action> = {}, input?: unknown): Promise<Run> {
  made += 1;
  const code = `code-${made}`;
  mkdirSync(join(folder, "bundles", code), { recursive: true });
  writeFileSync(join(folder, "bundles", code, "main.py"), main);
  const resources = { memory: 2 ** 29, processes: 64, output: 2 ** 20, disk: 2 ** 28 };
  const version = { ...someVersion({ timeout: 20_000, resources, ...fields }), code };
  await store.runs.place(version, undefined);
  return service.startRun({
    organization: "default",
    actionId: version.actionId,
    trigger: { kind: "manual" },
    actor: "a@example.com",
    parameters: {},
    input: input === undefined ? undefined : json(input),
    key: undefined,
  });
}
const ended = ({ id }: Run) => service.finished({ organization: "default", run: id }, never);
const follow = (run: Run) =>
  service.log({ organization: "default", run: run.id, after: 0, follow: true, signal: never });
const texts = async (run: Run) => (await linesOf(follow(run))).map((line) => line.text);

it("a scheduled action prints, and sees its variables", async () => {
  const run = await start(
    `import os
def main():
    print("hello", os.environ["STREAM"], os.environ["ORIGIN_CLUSTER_URL"], os.environ["ORIGIN_CLUSTER_TOKEN"])
`,
    { env: { STREAM: "default" } },
  );
  expect(await texts(run)).toEqual(["hello default http://127.0.0.1:1/ [redacted]"]);
  expect(await ended(run)).toMatchObject({ state: "succeeded", exitCode: 0, attempt: 1 });
});

it("a login that a script tells is hidden in log and reason, whole and in part", async () => {
  const run = await start(
    `import base64, os
def main():
    login = base64.b64decode(os.environ["ORIGIN_CLUSTER_TOKEN"]).decode()
    print(login, len(login))
    raise ValueError(login.split(":")[1])
`,
  );
  const { state, reason } = await ended(run);
  const told = (await texts(run)).join("\n");
  expect(state).toBe("failed");
  expect(told).toContain("[redacted] 28");
  expect(`${told}\n${reason}`).not.toMatch(/run_password_1/);
  expect(reason).toContain("[redacted]");
});

it("a login is hidden in every spelling that Python's libraries make of it, and across the pieces of a long line", async () => {
  const run = await start(
    `import base64, json, os, sys, urllib.parse
def main(data, logger):
    token = os.environ["ORIGIN_CLUSTER_TOKEN"]
    login = base64.b64decode(token).decode()
    secret = login.split(":")[1]
    print(token, login, secret, repr(login), login.encode(), json.dumps({"login": login}))
    print(urllib.parse.quote(login), urllib.parse.quote_plus(login), urllib.parse.urlencode({"p": login}))
    for before in range(3):
        print(base64.b64encode(b"x" * before + secret.encode() + b"yy").decode())
        print(base64.urlsafe_b64encode(b"x" * before + login.encode()).decode())
    print(base64.encodebytes(b"%" * 50 + login.encode()).decode())
    for cut in range(1, len(secret)):
        print("." * (16 * 1024 - cut) + secret)
    sys.stdout.write(secret[:5]); sys.stdout.flush(); os.write(1, secret[5:].encode() + b"\\n")
    logger.error("failed with %s", secret)
    return [{"login": login, secret: [token]}]
`,
    { type: "realtime", keepState: false } as Partial<Action>,
    [],
  );
  expect(await ended(run)).toMatchObject({ state: "succeeded" });
  const password = Buffer.from(login, "base64").toString().split(":")[1]!;
  const whole = (await texts(run)).join("");
  for (const told of [whole, (await textOf(await service.result(run.id))) ?? ""]) {
    expect(told).toContain("[redacted]");
    for (const spelling of [login.replace(/=+$/, ""), password, encodeURIComponent(password)])
      expect(told).not.toContain(spelling);
    // Whatever in it is base64 does not tell it either.
    for (const [digits] of told.matchAll(/[\w+/-]{8,}/g))
      for (const start of [0, 1, 2, 3])
        expect(Buffer.from(digits.slice(start), "base64").toString("latin1")).not.toContain(
          password.slice(0, 6),
        );
  }
});

it("a real-time action transforms its records", async () => {
  const run = await start(
    `def main(data, logger):
    logger.info("got %d", len(data))
    return [{**one, "log": one["log"].upper()} for one in data]
`,
    { type: "realtime", keepState: false } as Partial<Action>,
    [{ log: "a" }, { log: "b" }],
  );
  expect(await ended(run)).toMatchObject({ state: "succeeded" });
  expect(JSON.parse((await textOf(await service.result(run.id))) ?? "")).toEqual([
    { log: "A" },
    { log: "B" },
  ]);
  expect((await linesOf(follow(run)))[0]).toMatchObject({ stream: "log", level: "info", text: "got 2" });
});

it("one that takes too long times out", async () => {
  const run = await start("import time\ndef main():\n    time.sleep(60)\n", { timeout: 300 });
  expect(await ended(run)).toMatchObject({ state: "timed_out", reason: expect.stringContaining("timeout") });
});

it("one that runs is cancelled", async () => {
  const run = await start("import time\ndef main():\n    print('up', flush=True)\n    time.sleep(60)\n");
  for await (const lines of follow(run)) {
    if (lines.some(({ text }) => text === "up"))
      await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  }
  expect(await ended(run)).toMatchObject({ state: "cancelled", reason: "Cancelled by b@example.com." });
});

const measured = {
  duration: expect.any(Number),
  peakMemory: expect.any(Number),
  cpuTime: expect.any(Number),
};
it.each([
  ["return", "return 1", { state: "succeeded", cause: "succeeded", exitCode: 0, signal: undefined }],
  ["an exception", "raise ValueError('no')", { state: "failed", cause: "failed", exitCode: 1 }],
  [
    "a deaf program that takes too long",
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    { state: "timed_out", cause: "timed_out", exitCode: undefined, signal: "SIGKILL" },
    2_500, // by then it is deaf
  ],
  [
    "one that heeds SIGTERM",
    "time.sleep(60)",
    { state: "timed_out", cause: "timed_out", exitCode: undefined, signal: "SIGTERM" },
    1_000,
  ],
  ["too much memory", "bytearray(1 << 30)", { state: "failed", cause: "out_of_memory", exitCode: 1 }],
  [
    "a crash",
    "ctypes.string_at(0)",
    { state: "failed", cause: "failed", signal: "SIGSEGV", reason: expect.stringContaining("it crashed") },
  ],
  [
    "a kill from outside",
    "os.kill(os.getpid(), signal.SIGKILL)",
    { state: "failed", cause: "failed", signal: "SIGKILL", reason: expect.stringContaining("did not send") },
  ],
  ["too much output", "while True: print('y' * 1000)", { state: "failed", cause: "output_limit" }],
])("the record tells how it ended: %s", async (_, body, expected, timeout = 60_000) => {
  const run = await start(`import ctypes, os, signal, time\ndef main():\n    ${body}\n`, { timeout });
  const record = await ended(run);
  expect(record).toMatchObject({ ...expected, ...measured });
  expect(runJson(record)).toMatchObject({ cause: record.cause, duration: record.duration });
});

it("the grace that it was given is what a deaf program gets", async () => {
  const deaf =
    "import signal, time\ndef main():\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    time.sleep(60)\n";
  const { duration } = await ended(await start(deaf, { timeout: 2_500 }));
  expect(duration).toBeGreaterThanOrEqual(2_800);
});

it("one that fails is tried again", async () => {
  const run = await start("def main():\n    print('trying')\n    raise ValueError('no')\n", {
    retries: { limit: 1, delay: 10, backoff: "constant" },
  });
  const end = await ended(run);
  expect(end).toMatchObject({ state: "failed", attempt: 2 });
  expect(end.reason).toContain("ValueError");
  const all = await texts(run);
  expect(all.filter((text) => text === "trying")).toHaveLength(2);
  expect(all).toContain("Attempt 2 of 2.");
});

it("one that prints twenty thousand lines has them all, in order", async () => {
  const run = await start("def main():\n    for n in range(20000):\n        print('line', n)\n");
  const all = await texts(run);
  expect(all).toEqual(Array.from({ length: 20_000 }, (_, n) => `line ${n}`));
  expect((await ended(run)).state).toBe("succeeded");
});
