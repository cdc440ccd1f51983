import { existsSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseAction } from "../../../src/core/action/parse-action.ts";
import { outcome, world } from "../world.ts";
import { realWorld, states } from "./real-world.ts";

/* The steps run on this machine itself, so that they can leave something behind. */

const { place, start, ended, service, store, folder } = realWorld({
  providers: {
    find: async (_, name) =>
      name === "here"
        ? { name, digest: "a".repeat(64), provider: { kind: "host", user: userInfo().username } }
        : undefined,
  },
});

const manifest = (path: string) => `
type: runbook
parameters: { path: { type: string, default: ${path} } }
steps:
  - name: Count
    provider: here
    run: echo x >> "$DIR/count"; echo "made=$(wc -l < "$DIR/count" | tr -d ' ')" >> "$ROTA_OUTPUT"
    env: { DIR: "\${{ parameters.path }}" }
  - name: Never
    if: previous_failure
    run: "true"
  - name: Needs
    provider: here
    run: test -e "$DIR/ready" && test "$MADE" = 1
    env: { DIR: "\${{ parameters.path }}", MADE: "\${{ steps.count.outputs.made }}" }
  - name: After
    run: "true"
`;
const again = (run: string) => service().retryRun({ organization: "default", run, actor: "b@example.com" });

it("goes on from the step that failed, with what those before it gave and the version that it was", async () => {
  const version = await place("again", manifest(folder()));
  const first = await ended(await start(version));
  expect(states(first)).toEqual(["succeeded", "skipped", "failed", "skipped"]);
  // Another version has become the current one meanwhile.
  await store().place({ ...version, number: 2, digest: "digest-2" }, undefined);
  writeFileSync(join(folder(), "ready"), "");
  const second = await ended(await again(first.run.id));
  expect(second.run).toMatchObject({
    state: "succeeded",
    version: 1,
    actor: "b@example.com",
    trigger: { kind: "retry", run: first.run.id },
    parameters: first.run.parameters,
  });
  expect(second.steps.map(({ takenFrom }) => takenFrom)).toEqual([
    first.run.id,
    first.run.id,
    undefined,
    undefined,
  ]);
  expect(second.steps[0]?.outputs).toEqual({ made: "1" });
  expect(second.run.progress).toEqual({ finished: 4, known: 4, current: undefined });
  expect((await ended(first.run)).run).toEqual(first.run);
  expect(existsSync(join(folder(), "count"))).toBe(true);
});

it("does not make up for a step whose failure or time limit did no harm", async () => {
  const version = await place(
    "harmless",
    `
type: runbook
steps:
  - { name: Slow, run: "sleep 60", timeout: 200ms, continueOnError: true }
  - { name: Fails, run: "false", continueOnError: true }
  - { name: Matters, run: "false" }
`,
  );
  const first = await ended(await start(version));
  const second = await ended(await again(first.run.id));
  expect(states(second)).toEqual(["timed_out", "failed", "failed"]);
  expect(second.steps.map(({ takenFrom }) => takenFrom)).toEqual([first.run.id, first.run.id, undefined]);
});

it("refuses a run that succeeded, and one that has not ended", async () => {
  const fine = await place("fine", '{ type: runbook, steps: [{ name: a, run: "true" }] }');
  const done = await ended(await start(fine));
  await expect(again(done.run.id)).rejects.toMatchObject({ code: "NOT_RUNNABLE" });
  const slow = await start(await place("slow", '{ type: runbook, steps: [{ name: a, run: "sleep 60" }] }'));
  await expect(again(slow.id)).rejects.toMatchObject({ code: "RUN_NOT_ENDED" });
  await service().cancelRun({ organization: "default", run: slow.id, actor: "a@example.com" });
  await ended(slow);
});

it("refuses a run whose secret parameters do not open any more, and says why", async () => {
  let key = "old";
  const theirs = await world(async () => outcome({ end: "failed", exitCode: 1 }), {
    sealer: {
      seal: (text) => `${key}:${text}`,
      open(sealed) {
        if (!sealed.startsWith(`${key}:`)) throw new Error("it was sealed with another key");
        return sealed.slice(key.length + 1);
      },
    },
  });
  const { action } = parseAction({
    bytes: Buffer.from(
      '{ type: runbook, parameters: { p: { type: string, secret: true } }, steps: [{ name: a, run: "1" }] }',
    ),
    file: "action.yaml",
    name: "sealed",
  });
  await theirs.service.start();
  const first = await theirs.ended(
    await theirs.start(await theirs.place(action), { parameters: { p: "s3cret-value" } }),
  );
  key = "new";
  await expect(
    theirs.service.retryRun({ organization: "default", run: first.id, actor: "b@example.com" }),
  ).rejects.toMatchObject({ code: "NOT_RUNNABLE", message: expect.stringContaining("secret key") });
});
