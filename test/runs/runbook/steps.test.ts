import { expect, it } from "vitest";
import { outputs, realWorld, states } from "./real-world.ts";

/* Steps at `local`: real commands and real Python in the sandbox. */

const { run, place, start, ended, service } = realWorld();

it("A1: runs the steps of a runbook in their order, each with what those before it gave", async () => {
  const done = await run(
    `
type: runbook
parameters:
  who: { type: string, default: world }
steps:
  - name: Greet
    run: |
      echo "hello $WHO"
      echo "greeting=hello $WHO" >> "$ROTA_OUTPUT"
      echo "count=2" >> "$ROTA_OUTPUT"
    env: { WHO: "\${{ parameters.who }}" }
  - name: Report
    python: report.py
  - name: Say it
    run: echo "$TEXT / $LENGTH"
    env: { TEXT: "\${{ steps.greet.outputs.greeting }}", LENGTH: "\${{ steps.report.outputs.length }}" }
`,
    {},
    {
      "report.py":
        'def main(data, logger):\n    logger.info("so far: %s", list(data["steps"]))\n    return {"length": len(data["steps"]["greet"]["outputs"]["greeting"])}\n',
    },
  );
  expect(done.run.state, done.log.join("\n")).toBe("succeeded");
  expect(states(done)).toEqual(["succeeded", "succeeded", "succeeded"]);
  expect(outputs(done)).toEqual([{ greeting: "hello world", count: "2" }, { length: 11 }, {}]);
  expect(done.run.progress).toEqual({ finished: 3, known: 3, current: undefined });
  expect(done.log).toEqual([
    "Step 1 of 3: Greet",
    "hello world",
    "Step 2 of 3: Report",
    "so far: ['greet']",
    "Step 3 of 3: Say it",
    "hello world / 11",
  ]);
});

it("C3: a step that is still going at its limit is stopped, and counts as failed", async () => {
  const done = await run(`
type: runbook
steps:
  - { name: Slow, run: "sleep 60", timeout: 300ms }
  - { name: After, run: "true" }
`);
  expect(done.run).toMatchObject({
    state: "failed",
    reason: expect.stringContaining('Step "Slow" timed out'),
  });
  expect(states(done)).toEqual(["timed_out", "skipped"]);
  expect(done.steps[1]?.reason).toBe('It runs only when nothing failed before, and "Slow" did.');
});

it("C4, M4: a step is tried again as often as it says, and stops at the first success", async () => {
  const done = await run(`
type: runbook
steps:
  - name: Third time
    run: |
      echo "try $ROTA_ATTEMPT"
      [ "$ROTA_ATTEMPT" -ge 3 ]
    retries: { limit: 4, delay: 10ms }
`);
  expect(done.run.state, done.log.join("\n")).toBe("succeeded");
  expect(done.steps[0]?.attempts.map(({ state, exitCode }) => [state, exitCode])).toEqual([
    ["failed", 1],
    ["failed", 1],
    ["succeeded", 0],
  ]);
});

it("C5, C6: conditions decide which steps run after a failure", async () => {
  const done = await run(`
type: runbook
parameters: { collect: { type: boolean, default: true } }
steps:
  - { name: Fails, run: "exit 3" }
  - { name: Usual, run: "true" }
  - { name: Handler, if: previous_failure, run: "echo handled" }
  - { name: Condition, if: "parameters.collect", run: "true" }
  - { name: Condition of failures, if: "run.failed && parameters.collect", run: "true" }
  - { name: Cleanup, if: always, run: "echo cleaned" }
`);
  expect(done.run).toMatchObject({ state: "failed", reason: expect.stringContaining('Step "Fails" failed') });
  expect(states(done)).toEqual(["failed", "skipped", "succeeded", "skipped", "succeeded", "succeeded"]);
  expect(done.run.progress).toEqual({ finished: 6, known: 6, current: undefined });
});

it("goes on after a failure that a step may have, and runs its handler", async () => {
  const done = await run(`
type: runbook
steps:
  - { name: May fail, run: "false", continueOnError: true }
  - { name: Handler, if: previous_failure, run: "true" }
  - { name: Usual, run: "true" }
`);
  expect(done.run.state).toBe("succeeded");
  expect(states(done)).toEqual(["failed", "succeeded", "succeeded"]);
});

it("A3: ends as skipped with the reason when the action's condition is not met, and starts no step", async () => {
  const done = await run(
    `
type: runbook
parameters: { service: { type: string } }
when: parameters.service != "postgres"
steps: [{ name: Restart, run: "true" }]
`,
    { service: "postgres" },
  );
  expect(done.run).toMatchObject({
    state: "skipped",
    reason: 'The condition is not met: parameters.service != "postgres"',
  });
  expect(states(done)).toEqual(["skipped"]);
});

it("ends a step whose outputs are not name=value, and says which line", async () => {
  const done = await run(`
type: runbook
steps: [{ name: Bad, run: "printf 'a=1\\\\nnonsense\\\\n' > $ROTA_OUTPUT" }]
`);
  expect(done.run.reason).toContain("Line 2 of what it wrote to $ROTA_OUTPUT is not name=value");
});

it("G5: cancels the step that runs, then does only what is always to be done", async () => {
  const version = await place(
    "long",
    `
type: runbook
steps:
  - { name: Long, run: "echo begun; sleep 60" }
  - { name: Usual, run: "true" }
  - { name: Cleanup, if: always, run: "echo cleaned" }
`,
  );
  const begun = await start(version);
  for await (const lines of service().log({
    organization: "default",
    run: begun.id,
    after: 0,
    follow: true,
    signal: new AbortController().signal,
  }))
    if (lines.some(({ text }) => text === "begun")) break;
  await service().cancelRun({ organization: "default", run: begun.id, actor: "b@example.com" });
  const done = await ended(begun);
  expect(done.run).toMatchObject({ state: "cancelled", reason: "Cancelled by b@example.com." });
  expect(states(done)).toEqual(["cancelled", "skipped", "succeeded"]);
  expect(done.log).toContain("cleaned");
});

it("ends a run that takes longer than its timeout, after cleaning up", async () => {
  const done = await run(`
type: runbook
timeout: 2500ms
steps:
  - { name: Slow, run: "sleep 60", retries: 3 }
  - { name: Usual, run: "true" }
  - { name: Cleanup, if: always, run: "echo cleaned" }
`);
  expect(done.run).toMatchObject({ state: "timed_out", reason: "It took longer than its timeout of 2.5 s." });
  expect(states(done)).toEqual(["timed_out", "skipped", "succeeded"]);
  expect(done.steps[0]?.attempts).toHaveLength(1);
});

it("runs another action as a step, and has what became of it", async () => {
  await place(
    "inner",
    `{ type: runbook, parameters: { n: { type: integer } }, steps: [{ name: Check, run: 'test "$N" = 7', env: { N: "\${{ parameters.n }}" } }] }`,
  );
  const done = await run(`
type: runbook
steps:
  - { name: Inner, action: inner, parameters: { n: 7 } }
  - { name: Fails, action: inner, parameters: { n: 8 } }
  - { name: Missing, if: always, action: nowhere }
`);
  expect(states(done)).toEqual(["succeeded", "failed", "failed"]);
  expect(done.steps[0]?.outputs).toMatchObject({ state: "succeeded" });
  expect(done.steps[1]?.reason).toMatch(/^Run \w{27} of "inner" ended as failed: Step "Check" failed/);
  expect(done.steps[2]?.reason).toBe('There is no action "nowhere".');
});

it("starts no run of an action that waits for it, whatever repositories they come from", async () => {
  const unlimited = "concurrency: { limit: unlimited }";
  await place("ping", `{ type: runbook, ${unlimited}, steps: [{ name: Pong, action: pong }] }`);
  const version = await place(
    "pong",
    `{ type: runbook, ${unlimited}, steps: [{ name: Ping, action: ping }] }`,
  );
  const done = await ended(await start(version));
  expect(done.run.state).toBe("failed");
  expect(done.run.reason).toContain('A run of "pong" waits for this one already');
});

it("cancels the run of a step when the time of its own run is over, and cleans up", async () => {
  await place("endless", '{ type: runbook, steps: [{ name: Sleep, run: "sleep 60" }] }');
  const done = await run(`
type: runbook
timeout: 2500ms
steps:
  - { name: Endless, action: endless, timeout: 1h }
  - { name: Cleanup, if: always, run: "true" }
`);
  expect(done.run).toMatchObject({ state: "timed_out", reason: "It took longer than its timeout of 2.5 s." });
  expect(states(done)).toEqual(["timed_out", "succeeded"]);
  const child = await service().finished(
    { organization: "default", run: done.steps[0]?.child ?? "" },
    new AbortController().signal,
  );
  expect(child.state).toBe("cancelled");
});

it("ends a step whose outputs nest so deep that nothing could read them", async () => {
  const done = await run(
    '{ type: runbook, steps: [{ name: Deep, python: deep.py }, { name: Usual, run: "true" }] }',
    {},
    {
      "deep.py":
        "import sys\ndef main(data, logger):\n    sys.setrecursionlimit(10**6)\n    deep = []\n    for _ in range(20000):\n        deep = [deep]\n    return {'deep': deep}\n",
    },
  );
  expect(done.run).toMatchObject({
    state: "failed",
    reason: 'Step "Deep" failed: Its outputs nest more than 128 deep.',
  });
});

it("ends a step whose templates come to more than any step needs", async () => {
  await place(
    "taker",
    '{ type: runbook, parameters: { all: { type: string } }, steps: [{ name: a, run: "true" }] }',
  );
  const often = "${{ steps.long.outputs.text }}".repeat(600);
  const done = await run(`
type: runbook
steps:
  - { name: Long, run: "head -c 1000000 /dev/zero | tr '\\\\0' x | sed 's/^/text=/' >> $ROTA_OUTPUT" }
  - { name: Variable, run: "true", env: { ALL: "${often}" } }
  - { name: Request, if: always, http: { url: "https://example.com/", body: ["${often}"] } }
  - { name: Action, if: always, action: taker, parameters: { all: "${often}" } }
`);
  const reason = "cannot be evaluated: what its templates come to is longer than 4 MiB together.";
  expect(done.steps.map((step) => step.reason)).toEqual([
    undefined,
    `env.ALL ${reason}`,
    `http.body.0 ${reason}`,
    `parameters.all ${reason}`,
  ]);
});

it("does not wait for ever when as many runs as there are workers wait for runs of theirs", async () => {
  await place(
    "leaf",
    '{ type: runbook, concurrency: { limit: unlimited }, steps: [{ name: Leaf, run: "true" }] }',
  );
  const version = await place(
    "parent",
    "{ type: runbook, concurrency: { limit: unlimited }, steps: [{ name: Leaf, action: leaf }] }",
  );
  const runs = await Promise.all(Array.from({ length: 6 }, () => start(version)));
  const all = await Promise.all(runs.map(ended));
  expect(all.map(({ run: { state } }) => state)).toEqual(Array(6).fill("succeeded"));
});
