import { expect, it } from "vitest";
import { parseAction } from "../../../src/core/action/parse-action.ts";
import { allSteps } from "../../../src/core/runbook/step-run.ts";
import { inProcessBell, type RunsParts, runsService } from "../../../src/runs/index.ts";
import { eventually, outcome, until, untilAborted, world } from "../world.ts";

/* What stops a runbook from outside, at moments that no program of a step sees. */

function bookOf(manifest: string) {
  const { action } = parseAction({ bytes: Buffer.from(manifest), file: "action.yaml", name: "book" });
  if (action?.type !== "runbook") throw new TypeError("not a runbook");
  return action;
}

/** Installs packages until it is told to stop, the first time. */
function slowInstaller() {
  let asked = 0;
  const environments: RunsParts["environments"] = {
    prepare: (_, signal) => {
      asked += 1;
      if (asked > 1) return Promise.resolve({ folder: undefined });
      return new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new Error("stopped"))),
      );
    },
  };
  return { environments, asked: () => asked };
}

const installing = "{ type: runbook, steps: [{ name: a, python: a.py }, { name: b, if: always, run: b }] }";

it("G5: a cancel while a step is being prepared lets it not begin, and cleans up", async () => {
  const started: string[] = [];
  const { environments, asked } = slowInstaller();
  const { service, place, start, ended, store } = await world(
    async (task) => {
      started.push(task.env.ROTA_STEP ?? "");
      return outcome();
    },
    { environments },
  );
  const action = bookOf(installing);
  await service.start();
  const run = await start(await place(action));
  await eventually(() => asked() === 1);
  await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  const done = await ended(run);
  expect(done).toMatchObject({ state: "cancelled", reason: "Cancelled by b@example.com." });
  const steps = allSteps(action, done, await store.steps(run.id));
  expect(steps.map(({ state }) => state)).toEqual(["skipped", "succeeded"]);
  expect(started).toEqual(["b"]);
});

it("a server that stops while a step is being prepared leaves the step to the next one", async () => {
  const { environments, asked } = slowInstaller();
  const first = await world(async () => outcome(), { environments });
  const action = bookOf(installing);
  await first.service.start();
  const run = await first.start(await first.place(action));
  await eventually(() => asked() === 1);
  const stopped = first.service.stop(0);
  await first.clock.advance(1);
  await stopped;
  expect(await first.store.get("default", run.id)).toMatchObject({ state: "queued" });
  expect(await first.store.steps(run.id)).toEqual([]);
  await first.service.start();
  const done = await first.ended(run);
  const steps = allSteps(action, done, await first.store.steps(run.id));
  expect(steps.map(({ state, attempt }) => [state, attempt])).toEqual([
    ["succeeded", 1],
    ["succeeded", 1],
  ]);
});

const calling = (more: string) =>
  `{ type: runbook, timeout: 1m, steps: [{ name: a, action: child, timeout: 1h }, ${more}] }`;

it("C3: the time of a run is over also while a step waits for the run of another action", async () => {
  const { service, place, start, ended, store, history } = await world(untilAborted);
  const child = bookOf('{ type: runbook, timeout: 1h, steps: [{ name: a, run: "1", timeout: 1h }] }');
  await place({ ...child, name: "child" }, undefined, 1, "2Nv1sYb9Vw4o1HqkTWvK5wZgVvX");
  const action = bookOf(calling("{ name: b, run: b }"));
  await service.start();
  const run = await start(await place(action));
  const done = await ended(run);
  expect(done).toMatchObject({ state: "timed_out", cause: "timed_out" });
  const steps = allSteps(action, done, await store.steps(run.id));
  expect(steps.map(({ state }) => state)).toEqual(["timed_out", "skipped"]);
  expect((await history()).map(({ state }) => state).toSorted()).toEqual(["cancelled", "timed_out"]);
});

it("G5: a cancel that comes while no server runs reaches the run that a step has started", async () => {
  const { service, parts, clock, place, start, store, history } = await world(untilAborted);
  const child = bookOf(
    '{ type: runbook, timeout: 1h, steps: [{ name: a, run: "1", timeout: 1h, idempotent: true }] }',
  );
  await place({ ...child, name: "child" }, undefined, 1, "2Nv1sYb9Vw4o1HqkTWvK5wZgVvX");
  await service.start();
  const run = await start(await place(bookOf(calling("{ name: b, run: b }"))));
  await eventually(async () => (await history()).length === 2);
  const stopped = service.stop(0);
  await clock.advance(1);
  await stopped;
  await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  const next = runsService({ ...parts, bell: inProcessBell() });
  await next.start();
  await until(clock, async () => (await store.get("default", run.id))?.endedAt !== undefined);
  await next.stop(0);
  expect((await history()).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
});

it("a retry of a cancelled run does what the cancel left out, and nothing twice", async () => {
  const started: string[] = [];
  const { service, place, start, ended, store } = await world(async ({ env, run }, { signal }) => {
    started.push(env.ROTA_STEP ?? "");
    if (env.ROTA_STEP === "a") {
      await service.cancelRun({ organization: "default", run, actor: "b@example.com" });
      await untilAborted({} as never, { signal } as never);
    }
    return outcome(started.length === 2 ? { end: "failed", exitCode: 1 } : {});
  });
  const action = bookOf(
    '{ type: runbook, steps: [{ name: a, run: "1" }, { name: never, if: previous_failure, run: "2" }, { name: b, run: "3" }, { name: c, if: always, run: "4" }] }',
  );
  await service.start();
  const first = await ended(await start(await place(action)));
  const states = async (run: typeof first) =>
    allSteps(action, run, await store.steps(run.id)).map(({ state }) => state);
  expect([first.state, ...(await states(first))]).toEqual([
    ...["cancelled", "succeeded", "skipped", "skipped", "failed"],
  ]);
  const second = await ended(
    await service.retryRun({ organization: "default", run: first.id, actor: "b@example.com" }),
  );
  expect(await states(second)).toEqual(["succeeded", "skipped", "succeeded", "succeeded"]);
  expect(started).toEqual(["a", "c", "b", "c"]);
});

it("a retry of a run that was cancelled when all its steps were done does none of them again", async () => {
  let started = 0;
  const { service, place, start, ended, store } = await world(async ({ run }, { signal }) => {
    started += 1;
    await service.cancelRun({ organization: "default", run, actor: "b@example.com" });
    await untilAborted({} as never, { signal } as never);
    return outcome();
  });
  const action = bookOf('{ type: runbook, steps: [{ name: a, run: "1" }] }');
  await service.start();
  const first = await ended(await start(await place(action)));
  expect(first.state).toBe("cancelled");
  const second = await ended(
    await service.retryRun({ organization: "default", run: first.id, actor: "b@example.com" }),
  );
  expect(second.state).toBe("succeeded");
  expect((await store.steps(second.id))[0]?.takenFrom).toBe(first.id);
  expect(started).toBe(1);
});

it("a runbook that goes on after a pause begins once its connections from before are closed", async () => {
  const happened: string[] = [];
  const releasing = Promise.withResolvers<void>();
  const { service, place, start, ended, store } = await world(async () => outcome(), {
    executor: {
      execute: async ({ env }) => {
        happened.push(env.ROTA_STEP ?? "");
        return outcome(happened.length === 1 ? { end: "failed", exitCode: 1 } : {});
      },
      release: async () => {
        happened.push("closing");
        await releasing.promise;
        happened.push("closed");
      },
      stop: async () => undefined,
    },
  });
  const action = bookOf(
    '{ type: runbook, steps: [{ name: a, run: "1", retries: { limit: 3, delay: 2m } }, { name: c, if: always, run: "2" }] }',
  );
  await service.start();
  const run = await start(await place(action));
  await eventually(() => happened.includes("closing"));
  await service.cancelRun({ organization: "default", run: run.id, actor: "b@example.com" });
  await eventually(async () => (await store.get("default", run.id))?.state === "running");
  // Time enough for a worker that does not wait.
  for (let turn = 0; turn < 300; turn += 1) await store.get("default", run.id);
  expect(happened).toEqual(["a", "closing"]);
  releasing.resolve();
  expect((await ended(run)).state).toBe("cancelled");
  expect(happened.slice(0, 4)).toEqual(["a", "closing", "closed", "c"]);
});
