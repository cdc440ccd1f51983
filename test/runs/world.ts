import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Action } from "../../src/core/action/action.ts";
import type { LogLine, Run } from "../../src/core/run/run.ts";
import { after, type Instant } from "../../src/core/time.ts";
import {
  inProcessBell,
  type RunsParts,
  runsService,
  type StartAsk,
  withoutDeclarations,
} from "../../src/runs/index.ts";
import type { Clock } from "../../src/runs/ports/around.ts";
import type { Executor, Outcome, Task } from "../../src/runs/ports/executor.ts";
import type { RunStore, Version } from "../../src/runs/ports/run-store.ts";
import { fileRunBlobs, fileRunLog, memoryStore } from "../../src/store/index.ts";
import { instant, someVersion } from "../contract/run-store.ts";

export { instant };

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves on, ringing alarms in their order. */
  advance(ms: number): Promise<void>;
  set(to: Instant): void;
}

function fakeClock(): FakeClock {
  let now = instant;
  const alarms = new Set<{ at: Instant; ring: () => void }>();
  const ringDue = async () => {
    for (;;) {
      const [first] = [...alarms].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      if (first === undefined) return;
      alarms.delete(first);
      first.ring();
      await new Promise(setImmediate);
    }
  };
  return {
    now: () => now,
    alarm(at, ring) {
      const alarm = { at, ring };
      alarms.add(alarm);
      if (at <= now) setImmediate(() => void ringDue());
      return () => alarms.delete(alarm);
    },
    async advance(ms) {
      const to = after(now, ms);
      for (;;) {
        const next = Math.min(...[...alarms].map(({ at }) => at));
        if (next > to) break;
        now = Math.max(now, next);
        await ringDue();
      }
      now = to;
    },
    set(to) {
      now = to;
    },
  };
}

type Script = (task: Task, io: Parameters<Executor["execute"]>[1]) => Promise<Outcome>;

export const outcome = (fields: Partial<Outcome> = {}): Outcome => ({
  end: "succeeded",
  reason: fields.end === undefined || fields.end === "succeeded" ? undefined : `it ${fields.end}`,
  exitCode: 0,
  signal: undefined,
  duration: 5,
  peakMemory: 1000,
  cpuTime: 3,
  isolation: "full",
  result: undefined,
  ...fields,
});

/** An execution that lasts until it is aborted. */
export const untilAborted: Script = (_, { signal }) =>
  new Promise((resolve) => {
    const end = () => resolve(outcome({ end: "cancelled", reason: "Cancelled." }));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

export const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

export async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (bytes === undefined) return undefined;
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  return Buffer.concat(all).toString();
}

/** A service on a store in memory and real files, with a clock and an executor that the test plays. */
export async function world(script: Script, more: Partial<RunsParts> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "rota-runs-"));
  const opened = await memoryStore();
  const clock = fakeClock();
  const reports: string[] = [];
  const tasks: Task[] = [];
  const parts: RunsParts = {
    ...withoutDeclarations,
    store: opened.runs,
    alerts: opened.alerts,
    log: fileRunLog(join(folder, "logs")),
    blobs: fileRunBlobs(join(folder, "io")),
    bell: inProcessBell(),
    executor: {
      execute(task, io) {
        tasks.push(task);
        return script(task, io);
      },
      release: async () => undefined,
      stop: async () => undefined,
    },
    environments: { prepare: async () => ({ folder: undefined }) },
    bundles: { path: (code) => `/bundles/${code}` },
    credentials: { forRun: async () => undefined },
    clock,
    workers: 4,
    ownsStore: true,
    report: (what, error) => reports.push(`${what}: ${(error as Error).message}`),
    ...more,
  };
  const service = runsService(parts);
  const end = async () => {
    const stopped = service.stop(0);
    await until(clock, () => isSettled(stopped));
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  };
  onTestFinished(end);

  const place = async (fields: Partial<Action> = {}, next?: Instant, number = 1, id?: string) => {
    const version = someVersion(fields, number, id);
    await opened.runs.place(version, next);
    return version;
  };
  const start = (version: Version, fields: Partial<StartAsk> = {}): Promise<Run> =>
    service.startRun({
      organization: "default",
      actionId: version.actionId,
      trigger: { kind: "manual" },
      actor: "a@example.com",
      parameters: {},
      input: version.action.type === "realtime" ? json([]) : undefined,
      key: undefined,
      ...fields,
    });
  /** The run once it has ended; time goes on meanwhile. */
  const ended = async ({ id }: Pick<Run, "id">): Promise<Run> => {
    const finished = service.finished({ organization: "default", run: id }, new AbortController().signal);
    await until(clock, () => isSettled(finished));
    return finished;
  };
  const lines = async (run: Pick<Run, "id">): Promise<readonly string[]> =>
    (await linesOf(parts.log.read(run.id, 0))).map((line) => `${line.level ?? line.stream}: ${line.text}`);
  const history = async (): Promise<readonly Run[]> =>
    (await opened.runs.find({ organization: "default", limit: 1000 })).items;
  return {
    parts,
    service,
    clock,
    reports,
    tasks,
    folder,
    store: opened.runs,
    alerts: opened.alerts,
    place,
    start,
    ended,
    lines,
    history,
  };
}

export async function linesOf(batches: AsyncIterable<readonly LogLine[]>): Promise<readonly LogLine[]> {
  const all: LogLine[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const first = await Promise.race([promise.catch(() => undefined), sleep(1, pending)]);
  return first !== pending;
}

/** Lets time pass, a second at a time, until the condition holds. */
export async function until(clock: FakeClock, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let seconds = 0; seconds < 3000; seconds += 1) {
    if (await holds()) return;
    await clock.advance(1000);
    await new Promise(setImmediate);
  }
  throw new Error("It did not happen within three thousand seconds.");
}

/** Waits, without moving the clock. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const bound = performance.now() + 40_000;
  while (performance.now() < bound) {
    if (await holds()) return;
    await sleep(2);
  }
  throw new Error("It did not happen in time.");
}

/** A store whose calls go through `around`. */
export function through(
  store: RunStore,
  around: (name: string, call: () => Promise<unknown>) => Promise<unknown>,
): RunStore {
  return new Proxy(store, {
    get(target, name: string) {
      const verb = target[name as keyof RunStore] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => around(name, () => verb(...args));
    },
  });
}
