import { expect, it } from "vitest";
import { parseAction } from "../../src/core/action/parse-action.ts";
import { nextFire } from "../../src/core/schedule/compile-schedule.ts";
import { instant, outcome, until, world } from "./world.ts";

const iso = (at: number) => new Date(at / 1000).toISOString().replace(".000Z", "Z");

/** A runbook with this schedule, as its manifest writes it. */
function runbook(schedule: string) {
  const manifest = `
type: runbook
mode: scheduled
schedule: ${schedule}
parameters: { who: { type: string, default: nobody } }
steps:
  - name: Greet
    run: echo "hello $WHO"
    env: { WHO: "\${{ parameters.who }}" }
`;
  const { action, issues } = parseAction({
    bytes: Buffer.from(manifest),
    file: "action.yaml",
    name: "greet",
  });
  if (action?.schedule === undefined) throw new Error(JSON.stringify(issues));
  return { action, schedule: action.schedule };
}

it.each([
  ["J2, J3, J6: daily at its time", '{ frequency: daily, time: "07:10" }', /T07:10:00Z$/],
  ["J4: weekly on its days", '{ frequency: weekly, time: "23:59", days: [mon, thu] }', /T23:59:00Z$/],
  [
    "J5: monthly on its day",
    '{ frequency: monthly, time: "00:30", dayOfMonth: last }',
    /-(28|29|30|31)T00:30:00Z$/,
  ],
  ["J7: in its zone", '{ frequency: daily, time: "07:10", timezone: Asia/Kolkata }', /T01:40:00Z$/],
])(
  "%s: a runbook starts just then, with nobody there, and its run is in the history",
  async (_, written, at) => {
    const { action, schedule } = runbook(`${written.slice(0, -1)}, parameters: { who: world } }`);
    const { place, service, clock, history, tasks } = await world(async () => outcome());
    const first = nextFire(schedule, instant)!;
    expect(iso(first)).toMatch(at);
    await place(action, first);
    await service.start();
    clock.set(first - 1_000_000);
    await clock.advance(0);
    expect(await history()).toEqual([]);
    await clock.advance(1_000);
    await until(clock, async () => (await history())[0]?.state === "succeeded");
    const [run, ...others] = await history();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      actor: "system",
      trigger: { kind: "schedule", fire: first },
      parameters: { who: "world" },
    });
    expect(tasks[0]?.env).toMatchObject({ WHO: "world" });
  },
);

it("J7: a runbook that was missed while the server was down is caught up with as its schedule says", async () => {
  const states: string[] = [];
  for (const catchUp of ["none", "last"]) {
    const { action, schedule } = runbook(`{ frequency: daily, time: "07:10", catchUp: ${catchUp} }`);
    const { place, service, clock, history } = await world(async () => outcome());
    await place(action, nextFire(schedule, instant));
    clock.set(instant + 3.5 * 86_400_000_000);
    await service.start();
    await until(clock, async () => {
      const runs = await history();
      return (
        runs.length > 0 && runs.every(({ endedAt, state }) => endedAt !== undefined || state === "skipped")
      );
    });
    states.push(
      (await history())
        .map(({ state }) => state)
        .toSorted()
        .join(" "),
    );
  }
  expect(states).toEqual(["skipped", "skipped succeeded"]);
});

it("J7: a runbook that is still going when its time comes again is not started twice", async () => {
  const { action, schedule } = runbook('{ cron: "* * * * *" }');
  const { place, service, clock, history } = await world(
    (_, { signal }) =>
      new Promise((end) => signal.addEventListener("abort", () => end(outcome({ end: "cancelled" })))),
  );
  await place(action, nextFire(schedule, instant));
  await service.start();
  for (let n = 0; n < 5; n += 1) {
    await clock.advance(60_000);
    await new Promise(setImmediate);
  }
  await until(clock, async () => (await history()).some(({ state }) => state === "skipped"));
  const live = (await history()).filter(({ state }) => state === "running" || state === "queued");
  expect(live).toHaveLength(1);
});
