import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunbookAction } from "../../../src/core/action/action.ts";
import { isFinal, type Run } from "../../../src/core/run/run.ts";
import { allSteps } from "../../../src/core/runbook/step-run.ts";
import { after } from "../../../src/core/time.ts";
import { type RunsService, runsService } from "../../../src/runs/index.ts";
import type { Executor } from "../../../src/runs/ports/executor.ts";
import { foretell } from "../../core/runbook/foretell.ts";
import { runbookOf } from "../../core/runbook/play.ts";
import { type Scenario, scenarios, tryNumber } from "../../core/runbook/scenario.ts";
import { samples } from "../../samples.ts";
import { isSettled, outcome, through, until, world } from "../world.ts";

/** How a server is lost: with its process, or cut off from the store while it goes on as if nothing had happened. */
type Loss = "ends" | "is cut off";

/** Without what depends on the instant: the clock of this world goes on in seconds while the store works. */
const plays = scenarios.map(
  (scenario): Scenario => ({
    ...scenario,
    timeout: 7 * 24 * 3_600_000,
    atEnd: "nothing",
    tries: scenario.tries.map((one) => ({ ...one, lasts: Math.min(one.lasts, 6_002), before: "nothing" })),
  }),
);

interface Server {
  readonly service: RunsService;
  lose(how: Loss): void;
  /** Lets calls through that were held up. */
  restore(): void;
}

/** Plays a scenario through the real service and store; each loss of a server brings a new one. */
async function playThrough(scenario: Scenario, loss: Loss) {
  const w = await world(async () => outcome());
  const version = await w.place(runbookOf(scenario));
  const action = version.action as RunbookAction;
  const servers: Server[] = [];
  const executions: number[] = [];
  const finished: number[] = [];
  let cancelled = false;

  const sleep = (ms: number, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const takeBack = w.clock.alarm(after(w.clock.now(), ms), () => resolve(false));
      const abort = () => {
        takeBack();
        resolve(true);
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
  const stopped = outcome({ end: "cancelled", reason: "Cancelled." });

  const executeAt =
    (server: () => Server): Executor["execute"] =>
    async (task, { signal }) => {
      const planned = tryNumber(scenario, executions.length);
      executions.push(Number(task.env.ROTA_STEP?.slice(1)));
      finished.push((await w.store.get("default", task.run))?.progress?.finished ?? 0);
      // Whoever was cut off comes back while somebody else works on its run.
      for (const other of servers) if (other !== server()) other.restore();
      const took = Math.min(planned.lasts, task.limits.timeout);
      if (await sleep(took / 2, signal)) return stopped;
      if (planned.during === "cancel" && !cancelled) {
        cancelled = true;
        await server().service.cancelRun({ organization: "default", run: task.run, actor: "x@example.com" });
        await sleep(3_600_000, signal);
        return stopped;
      }
      if (planned.during === "crash") {
        server().lose(loss);
        await begin();
        if (loss === "ends") {
          await sleep(3_600_000_000, signal);
          return stopped;
        }
      }
      if (await sleep(took / 2, signal)) return stopped;
      const end = planned.lasts < task.limits.timeout ? planned.end : "timed_out";
      return outcome({ end });
    };

  async function begin(): Promise<void> {
    let is: "up" | Loss = "up";
    let restored = Promise.withResolvers<void>();
    const store = through(w.store, async (_, call) => {
      if (is === "is cut off") await restored.promise;
      if (is === "ends") throw Object.assign(new Error("The store is closed."), { code: "CLOSED" });
      return call();
    });
    const execute = executeAt(() => server);
    const executor: Executor = { execute, release: async () => undefined, stop: async () => undefined };
    const service = runsService({ ...w.parts, store, executor, ownsStore: loss === "ends" });
    const server: Server = {
      service,
      lose(how) {
        is = how;
        restored = Promise.withResolvers<void>();
      },
      restore() {
        if (is === "is cut off") is = "up";
        restored.resolve();
      },
    };
    servers.push(server);
    await service.start();
  }

  await begin();
  const { id } = await w.start(version);
  const row = async () => (await w.store.get("default", id)) as Run;
  await until(w.clock, async () => isFinal((await row()).state));
  const ended = await row();
  const steps = allSteps(action, ended, await w.store.steps(id));
  // Everybody comes back and does what it still wants to do: nothing of it counts.
  for (const server of servers) server.restore();
  await w.clock.advance(60_000);
  for (const { service } of servers) {
    const stopping = service.stop(0);
    await until(w.clock, () => isSettled(stopping));
  }
  expect(await row()).toEqual(ended);
  expect(allSteps(action, ended, await w.store.steps(id))).toEqual(steps);
  return { run: ended, steps, executions, finished, action };
}

const check = (loss: Loss, few: number) =>
  fc.assert(
    fc.asyncProperty(plays, async (scenario) => {
      const { run, steps, executions, finished } = await playThrough(scenario, loss);
      expect({
        state: run.state,
        steps: steps.map(({ state, attempt }) => ({ state, attempts: attempt })),
        executions,
      }).toEqual(foretell(scenario));
      expect(finished).toEqual(finished.toSorted((a, b) => a - b));
    }),
    samples(few, 3_000),
  );

describe("a runbook in the store, with servers that are lost", () => {
  it("N6 G5: comes to what is promised when servers end under it", async () => {
    await check("ends", 20);
  }, 300_000);

  it("N6: is executed by one server at a time, also where one that was cut off believes that it still is its own", async () => {
    await check("is cut off", 20);
  }, 300_000);
});
