import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseAction } from "../../../src/core/action/parse-action.ts";
import { allSteps } from "../../../src/core/runbook/step-run.ts";
import { ksuid } from "../../../src/core/wire/ksuid.ts";
import { inProcessBell, runsService } from "../../../src/runs/index.ts";
import type { Executor } from "../../../src/runs/ports/executor.ts";
import { eventually, isSettled, outcome, until, untilAborted, world } from "../world.ts";

/** A server that works on a runbook and is gone while its step number `at` runs; then one that takes over. */
async function crashIn(manifest: string, at: number) {
  const started: string[] = [];
  let gone = false;
  const script: Executor["execute"] = async (task) => {
    started.push(task.env.ROTA_STEP ?? "");
    if (!gone && started.length === at + 1) return new Promise(() => undefined);
    return outcome();
  };
  const first = await world(script);
  const { action } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name: "book" });
  if (action?.type !== "runbook") throw new TypeError("not a runbook");
  const version = await first.place(action);
  await first.service.start();
  const run = await first.start(version);
  await eventually(() => started.length === at + 1);
  gone = true;
  const next = runsService({ ...first.parts, bell: inProcessBell() });
  await next.start();
  const finished = next.finished({ organization: "default", run: run.id }, new AbortController().signal);
  await until(first.clock, () => isSettled(finished));
  const ended = await finished;
  const steps = allSteps(action, ended, await first.store.steps(run.id));
  await next.stop(0);
  return { ended, started, steps };
}

describe("after a crash a runbook", () => {
  it("goes on at the step that may be done once more, and does none before it again", async () => {
    const { ended, started, steps } = await crashIn(
      '{ type: runbook, steps: [{ name: a, run: "1" }, { name: b, run: "2", idempotent: true }, { name: c, run: "3" }] }',
      1,
    );
    expect(ended.state).toBe("succeeded");
    expect(started).toEqual(["a", "b", "b", "c"]);
    expect(steps[1]?.attempts.map(({ state }) => state)).toEqual(["interrupted", "succeeded"]);
  });

  it("goes on at a step with attempts left", async () => {
    const { ended, started } = await crashIn(
      '{ type: runbook, steps: [{ name: a, run: "1", retries: 1 }, { name: b, run: "2" }] }',
      0,
    );
    expect(ended.state).toBe("succeeded");
    expect(started).toEqual(["a", "a", "b"]);
  });

  it("ends as interrupted where the step may not be done twice, and starts nothing more", async () => {
    const { ended, started, steps } = await crashIn(
      '{ type: runbook, steps: [{ name: a, run: "1" }, { name: b, run: "2" }, { name: c, if: always, run: "3" }] }',
      1,
    );
    expect(ended).toMatchObject({ state: "interrupted", reason: expect.any(String) });
    expect(started).toEqual(["a", "b"]);
    expect(steps.map(({ state }) => state)).toEqual(["succeeded", "interrupted", "skipped"]);
  });
});

it("G5: whoever takes over a cancelled runbook cancels what a step of it has started", async () => {
  const kids: string[] = [];
  const first = await world((task, io) => {
    kids.push(task.run);
    return untilAborted(task, io);
  });
  const named = (name: string, manifest: string) => {
    const { action } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name });
    if (action?.type !== "runbook") throw new TypeError("not a runbook");
    return first.place(action, undefined, 1, ksuid(1_700_000_000_000, randomBytes(16)));
  };
  await named("kid", '{ type: runbook, steps: [{ name: a, run: "1", idempotent: true }] }');
  const parent = await named("parent", "{ type: runbook, steps: [{ name: a, action: kid }] }");
  let gone = false;
  const store = new Proxy(first.store, {
    get: (target, name: keyof typeof first.store) =>
      gone ? () => new Promise(() => undefined) : target[name].bind(target),
  });
  const dying = runsService({ ...first.parts, store });
  await dying.start();
  const run = await first.start(parent);
  await eventually(() => kids.length === 1);
  gone = true;
  const next = runsService({ ...first.parts, bell: inProcessBell() });
  await next.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  await next.start();
  const finished = next.finished({ organization: "default", run: run.id }, new AbortController().signal);
  await until(first.clock, () => isSettled(finished));
  expect(await finished).toMatchObject({ state: "cancelled" });
  expect(await first.store.get("default", kids[0] ?? "")).toMatchObject({ state: "cancelled" });
  await next.stop(0);
});

it("G5: a runbook that is cancelled while it waits long for its next attempt still cleans up", async () => {
  const started: string[] = [];
  const { service, clock, place, start, store } = await world(async (task) => {
    started.push(task.env.ROTA_STEP ?? "");
    return outcome(started.length === 1 ? { end: "failed", exitCode: 1 } : {});
  });
  const manifest =
    '{ type: runbook, steps: [{ name: a, run: "1", retries: { limit: 3, delay: 2m } }, { name: b, run: "2" }, { name: c, if: always, run: "3" }] }';
  const { action } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name: "book" });
  if (action?.type !== "runbook") throw new TypeError("not a runbook");
  await service.start();
  const run = await start(await place(action));
  const state = async () => (await store.get("default", run.id))?.state;
  await eventually(async () => started.length === 1 && (await state()) === "queued");
  await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  const finished = service.finished({ organization: "default", run: run.id }, new AbortController().signal);
  await until(clock, () => isSettled(finished));
  const ended = await finished;
  expect(ended).toMatchObject({ state: "cancelled", reason: "Cancelled by b@example.com." });
  expect(started).toEqual(["a", "c"]);
  const steps = allSteps(action, ended, await store.steps(run.id));
  expect(steps.map((step) => step.state)).toEqual(["cancelled", "skipped", "succeeded"]);
});

it("fails a step whose place or program cannot be made ready, and says why", async () => {
  const { service, clock, place, start } = await world(async () => outcome(), {
    bundles: {
      path: () => {
        throw new TypeError("the disk is gone.");
      },
    },
  });
  const manifest = '{ type: runbook, steps: [{ name: a, run: "1" }] }';
  const { action } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name: "book" });
  if (action?.type !== "runbook") throw new TypeError("not a runbook");
  await service.start();
  const run = await start(await place(action));
  const finished = service.finished({ organization: "default", run: run.id }, new AbortController().signal);
  await until(clock, () => isSettled(finished));
  expect(await finished).toMatchObject({
    state: "failed",
    reason: 'Step "a" failed: It could not be prepared: the disk is gone.',
  });
});
