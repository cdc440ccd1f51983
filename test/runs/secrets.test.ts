import { describe, expect, it } from "vitest";
import type { Secrets } from "../../src/runs/ports/around.ts";
import type { Chunk } from "../../src/runs/ports/executor.ts";
import { eventually, instant, json, outcome, textOf, world } from "./world.ts";

const password = 'run "secret" part/\nof two lines';
const token = Buffer.from(`a@example.com:${password}`).toString("base64");
const credentials = { forRun: async () => ({ url: "http://x/", token }) };
const chunk = (text: string, stream: Chunk["stream"] = "stdout"): Chunk => ({
  at: instant,
  stream,
  level: undefined,
  text,
});

/** Secrets that a test keeps in memory. */
const keeping = (values: Record<string, string>): Secrets => ({
  values: async (_, names) => ({
    values: new Map(names.flatMap((name) => (name in values ? [[name, values[name]!] as const] : []))),
    missing: names.filter((name) => !(name in values)),
  }),
});

describe("a variable that names a secret", () => {
  const env = { LEVEL: "3", DB_PASSWORD: { secret: "db-password" } };

  it("has its value, byte for byte, which nobody reads in what the run says", async () => {
    const value = " correct horse\tbattery staple\r\n";
    const { service, place, start, ended, lines, tasks } = await world(
      async (task, { output }) => {
        await output(chunk(`it is ${task.env.DB_PASSWORD?.trim()}`));
        return outcome();
      },
      { secrets: keeping({ "db-password": value, other: "never asked for" }) },
    );
    await service.start();
    const run = await ended(await start(await place({ env })));
    expect(run.state).toBe("succeeded");
    expect(tasks[0]?.env).toEqual({ LEVEL: "3", DB_PASSWORD: value });
    expect(await lines(run)).toEqual(["stdout: it is [redacted]"]);
  });

  it.each([
    [
      {},
      'The variable DB_PASSWORD needs the secret "db-password", which has no value. Set it with: rota secrets set db-password (for run --local: ROTA_SECRET_DB_PASSWORD=…)',
    ],
    [
      { "db-password": "with a \0 byte" },
      'The secret "db-password" has a NUL byte, which no variable can hold (DB_PASSWORD). Set another value with: rota secrets set db-password',
    ],
  ])("without a usable value: nothing is started, and a sentence says what to do", async (values, reason) => {
    const { service, place, start, ended, tasks } = await world(async () => outcome(), {
      secrets: keeping(values),
    });
    await service.start();
    const run = await ended(await start(await place({ env })));
    expect(run).toMatchObject({ state: "failed", cause: "not_started", reason });
    expect(tasks).toEqual([]);
  });

  it("that changed ends the kept process that may have read the old one", async () => {
    const values = { "db-password": "the first one" };
    const { service, place, start, ended, tasks } = await world(async () => outcome(), {
      secrets: keeping(values),
    });
    await service.start();
    const version = await place({ type: "realtime", keepState: true, env });
    await ended(await start(version));
    await ended(await start(version));
    values["db-password"] = "the second one";
    await ended(await start(version));
    const [first, second, third] = tasks.map(({ keep }) => keep);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(third).not.toContain("second");
  });
});

describe("what a run knows of secrets", () => {
  it("stays out of log, reason and result, in pieces and over lines, each stream for itself", async () => {
    const { service, place, start, ended, lines } = await world(
      async (_, { output }) => {
        await output(chunk(`the token ${token.slice(0, 20)}`));
        await output(chunk('run "secret" part/', "stderr"));
        await output(chunk(`${token.slice(20)} is long`));
        await output(chunk("of two lines", "stderr"));
        await output(chunk("done"));
        return outcome({ result: json([{ [password]: token }, 1.5]) });
      },
      { credentials },
    );
    await service.start();
    const run = await ended(await start(await place({ type: "realtime", keepState: false })));
    expect(run.state).toBe("succeeded");
    expect(await lines(run)).toEqual([
      "stdout: the token [redacted]",
      "stderr: [redacted]",
      "stdout:  is long",
      "stderr: ",
      "stdout: done",
    ]);
    expect(await textOf(await service.result(run.id))).toBe('[{"[redacted]\\n":"[redacted]"},1.5]');
  });

  it("stays out of the reason", async () => {
    const { service, place, start, ended } = await world(
      async () => outcome({ end: "failed", reason: `ValueError: ${password} and ${token}` }),
      { credentials },
    );
    await service.start();
    const { reason } = await ended(await start(await place()));
    expect(reason).toBe("ValueError: [redacted]\n and [redacted]");
  });

  it("does not hold a last line back for longer than its stream is quiet, and loses none at the end", async () => {
    const reached = Promise.withResolvers<void>();
    const going = Promise.withResolvers<void>();
    const { service, place, start, ended, lines, clock } = await world(
      async (_, { output }) => {
        await output(chunk(`begins like one: ${token.slice(0, 9)}`));
        await output(chunk("waits for its turn", "stderr"));
        reached.resolve();
        await going.promise;
        await output(chunk(`again ${token.slice(0, 9)}`));
        return outcome();
      },
      { credentials },
    );
    await service.start();
    const run = await start(await place());
    await reached.promise;
    expect(await lines(run)).toEqual([]);
    await clock.advance(250);
    const first = [`stdout: begins like one: ${token.slice(0, 9)}`, "stderr: waits for its turn"];
    await eventually(async () => (await lines(run)).length === 2);
    expect(await lines(run)).toEqual(first);
    going.resolve();
    expect(await lines(await ended(run))).toEqual([...first, `stdout: again ${token.slice(0, 9)}`]);
  });

  it("a chatty stream overtakes one that is held back, before it takes memory", async () => {
    const { service, place, start, ended, lines } = await world(
      async (_, { output }) => {
        await output(chunk(token.slice(0, 9)));
        for (let n = 0; n < 10_000; n++) await output(chunk(`line ${n}`, "stderr"));
        return outcome();
      },
      { credentials },
    );
    await service.start();
    const all = await lines(await ended(await start(await place())));
    expect(all.length).toBe(10_001);
    expect(all.filter((line) => line.startsWith("stderr"))).toEqual(
      Array.from({ length: 10_000 }, (_, n) => `stderr: line ${n}`),
    );
    expect(all.findIndex((line) => line.startsWith("stdout"))).toBeGreaterThan(0);
  });
});
