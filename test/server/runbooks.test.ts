import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { root } from "./start-server.ts";
import { withActions } from "./with-actions.ts";

/* Runbooks as whoever has nothing but the API sees them: real commands in the sandbox of a real server. */

interface StepJson {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly provider: { readonly name: string };
  readonly attempts: readonly { readonly state: string; readonly exit_code: number | null }[];
  readonly outputs: Record<string, unknown>;
}
interface RunJson {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly steps: readonly StepJson[];
  readonly [key: string]: unknown;
}
interface Line {
  readonly text: string;
  readonly step: string | null;
}

async function withRunbooks(env: Record<string, string> = {}) {
  const world = await withActions({}, env);
  const runbook = (name: string, steps: readonly object[], fields: object = {}) =>
    world.upload(name, { type: "runbook", schedule: undefined, serviceAccount: undefined, steps, ...fields });
  const start = async (name: string, json: object = {}) => {
    const { status, json: run, text } = await world.request("POST", `actions/${name}/run`, { json });
    expect(status, text).toBe(201);
    return run as RunJson;
  };
  const run = async (name: string, json: object = {}) => (await world.run(name, json)) as unknown as RunJson;
  const lines = async (id: string): Promise<Line[]> =>
    (await world.request("GET", `runs/${id}/logs`)).text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  /** Reads the log as it comes, up to the line with this text. */
  const seen = async (id: string, text: string) => {
    const leave = new AbortController();
    const headers = { accept: "text/event-stream", authorization: world.login };
    const address = `${world.address}/api/default/runs/${id}/logs`;
    const answer = await fetch(address, { headers, signal: leave.signal });
    let told = "";
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      told += chunk;
      if (told.includes(`"text":"${text}"`)) break;
    }
    leave.abort();
    return told;
  };
  return { ...world, runbook, start, run, lines, seen };
}

const asks = (value: string) => `\${{ parameters.${value} }}`;

describe("a run of a runbook, over HTTP", () => {
  it("H2, H3: tells start, end, duration, success or failure, each step with its attempts, and the log", async () => {
    const { runbook, run, lines } = await withRunbooks();
    await runbook("story", [
      { name: "Look", run: 'echo "looking"; echo "found=3" >> "$ROTA_OUTPUT"' },
      { name: "Mend", run: 'echo "try $ROTA_ATTEMPT"; exit 7', retries: { limit: 1, delay: "10ms" } },
      { name: "Slow", if: "always", run: "sleep 60", timeout: "300ms", continueOnError: true },
      { name: "Never", run: "true" },
    ]);
    const done = await run("story");

    for (const key of ["created_at", "started_at", "ended_at", "duration"])
      expect(done[key], key).toEqual(expect.any(Number));
    expect(done.ended_at as number).toBeGreaterThanOrEqual(done.started_at as number);
    expect(done).toMatchObject({
      state: "failed",
      reason: 'Step "Mend" failed: Exit code 7.',
      actor: root.email,
      trigger: { kind: "manual" },
      version: 1,
      progress: { finished: 4, known: 4, percent: 100, current: null },
    });
    const told = done.steps.map(({ name, state, attempts }) => [name, state, attempts.length]);
    expect(told).toEqual([
      ["Look", "succeeded", 1],
      ["Mend", "failed", 2],
      ["Slow", "timed_out", 1],
      ["Never", "skipped", 0],
    ]);
    expect(done.steps[0]?.outputs).toEqual({ found: "3" });
    expect(done.steps[1]?.attempts.map(({ exit_code }) => exit_code)).toEqual([7, 7]);
    for (const { reason, state } of done.steps) expect(reason !== null).toBe(state !== "succeeded");
    const log = await lines(done.id);
    expect(log).toContainEqual(expect.objectContaining({ step: "look", text: "looking" }));
    expect(log).toContainEqual(expect.objectContaining({ step: "mend", text: "try 2" }));
  });

  it("G2, G4: shows lines, the current step and how far it is while a command still runs", async () => {
    const { runbook, start, seen, get, request } = await withRunbooks();
    await runbook("live", [
      { name: "First", run: "true" },
      { name: "Long", run: "echo under way; sleep 600" },
    ]);
    const { id } = await start("live");
    // The command ends only when it is cancelled: whatever was seen, was seen while it ran.
    expect(await seen(id, "under way")).not.toContain("event: end");
    const during = await get<RunJson>(`runs/${id}`);
    expect(during).toMatchObject({
      state: "running",
      progress: { finished: 1, known: 2, percent: 50, current: "long" },
    });
    expect(during.steps.map(({ state }) => state)).toEqual(["succeeded", "running"]);
    expect((await request("POST", `runs/${id}/cancel`)).status).toBe(200);
    expect(await seen(id, "never said")).toContain("event: end");
    expect(await get(`runs/${id}`)).toMatchObject({ state: "cancelled", progress: { percent: 100 } });
  });

  it("G5: is cancelled, and cleans up; a second one at the same time is skipped and says so", async () => {
    const { runbook, start, seen, get, request } = await withRunbooks();
    await runbook("one", [
      { name: "Long", run: "echo under way; sleep 600" },
      { name: "Tidy", if: "always", run: "echo tidied" },
    ]);
    const first = await start("one");
    await seen(first.id, "under way");
    const second = await start("one");
    expect(second).toMatchObject({ state: "skipped", reason: expect.stringMatching(/./) });
    await request("POST", `runs/${first.id}/cancel`);
    await seen(first.id, "never said");
    const ended = await get<RunJson>(`runs/${first.id}`);
    expect(ended).toMatchObject({ state: "cancelled", reason: `Cancelled by ${root.email}.` });
    expect(ended.steps.map(({ state }) => state)).toEqual(["cancelled", "succeeded"]);
  });

  it("F4, M3: takes parameters with types, defaults and rules; values are never a part of the command", async () => {
    const { runbook, run, request, lines } = await withRunbooks();
    const parameters = {
      name: { type: "string", maxLength: 40 },
      count: { type: "integer", minimum: 1, default: 2 },
      code: { type: "string", secret: true, default: "" },
    };
    const env = { NAME: asks("name"), COUNT: asks("count"), CODE: asks("code") };
    await runbook("say", [{ name: "Say", run: 'echo "$NAME, $COUNT, $CODE"', env }], { parameters });

    const refused = async (given: object) => {
      const { status, text } = await request("POST", "actions/say/run", { json: { parameters: given } });
      return `${status} ${text}`;
    };
    expect(await refused({})).toMatch(/^400 .*\\"name\\" is missing/);
    expect(await refused({ name: "a", count: "many" })).toMatch(/^400 .*\\"count\\" must be an integer/);
    expect(await refused({ name: "a", other: 1 })).toMatch(/^400 .*no parameter \\"other\\"/);

    const hostile = "$(id) `id`; echo pwned #'\"";
    const done = await run("say", { parameters: { name: hostile, code: "a long enough secret" } });
    expect(done).toMatchObject({
      state: "succeeded",
      parameters: { name: hostile, count: 2, code: "[redacted]" },
    });
    expect((await lines(done.id)).map(({ text }) => text)).toContain(`${hostile}, 2, [redacted]`);
  });

  it("M1: a dry run tells all of it, and leaves no trace", async () => {
    const { runbook, request, get } = await withRunbooks();
    const parameters = { risky: { type: "boolean", default: false } };
    await runbook(
      "careful",
      [
        { name: "Look", run: "true" },
        { name: "Do", if: "parameters.risky", run: "exit 1", provider: "nowhere" },
      ],
      { parameters },
    );
    const dry = await request("POST", "actions/careful/dry-run", { json: { parameters: { risky: true } } });
    expect(dry.json).toMatchObject({
      would: "run",
      steps: [
        { id: "look", would: "run", problems: [] },
        { id: "do", would: "run", problems: [expect.stringContaining('no provider "nowhere"')] },
      ],
    });
    expect((await get<{ items: unknown[] }>("runs")).items).toEqual([]);
  });

  it("M5: is started by those alone who may, and its commands have the stated user's rights", async () => {
    const { runbook, run, request } = await withRunbooks({ ROTA_ALLOW_HOST_STEPS: "true" });
    const user = userInfo().username;
    const provider = { kind: "host", user };
    expect((await request("PUT", "providers/here", { json: { provider } })).status).toBeLessThan(300);
    const id = await runbook("who", [
      { name: "Here", provider: "here", run: 'echo "user=$(id -un)" >> "$ROTA_OUTPUT"' },
      { name: "Sandbox", run: 'echo "token=${ORIGIN_CLUSTER_TOKEN:-none}" >> "$ROTA_OUTPUT"' },
    ]);
    const done = await run("who");
    expect(done.state).toBe("succeeded");
    expect(done.steps.map(({ provider: at, outputs }) => [at.name, outputs])).toEqual([
      ["here", { user }],
      ["local", { token: "none" }],
    ]);

    // The account of withActions may read actions; it may not start, change or cancel anything.
    const rotated = await request("PUT", "service_accounts/sa@example.com?rotateToken=true", { json: {} });
    const { token } = rotated.json as { token: string };
    const authorization = `Basic ${Buffer.from(`sa@example.com:${token}`).toString("base64")}`;
    const as = async (method: string, path: string, json?: object) =>
      (await request(method, path, { authorization, ...(json && { json }) })).status;
    expect(await as("GET", `actions/${id}`)).toBe(200);
    for (const [method, path, json] of [
      ["POST", "actions/who/run", {}],
      ["POST", "actions/who/dry-run", {}],
      ["POST", `runs/${done.id}/cancel`],
      ["POST", `runs/${done.id}/retry`],
      ["DELETE", `actions/${id}`],
      ["PUT", "providers/other", { provider }],
    ] as const)
      expect([path, await as(method, path, json)]).toEqual([path, 403]);
  });
});

describe("what a runbook has to say", () => {
  const steps = [{ name: "Do", run: "true" }];
  const refusal = async (fields: object, own: readonly object[] = steps) => {
    const { runbook } = await withRunbooks();
    return runbook("wrong", own, fields).then(
      () => "taken",
      (error: Error) => error.message,
    );
  };

  it("C2: a step needs its command", async () => {
    expect(await refusal({}, [{ name: "Nothing" }])).toContain(
      "needs exactly one of run, python, http and action",
    );
    expect(await refusal({}, [{ name: "Empty", run: "" }])).not.toBe("taken");
  });

  it("D2: a scheduled one needs its schedule, and only that one has it", async () => {
    expect(await refusal({ mode: "scheduled" })).toContain("mode: scheduled needs a schedule");
  });

  it("D1: its mode is one of three, and by hand it can be run in each", async () => {
    expect(await refusal({ mode: "sometimes" })).not.toBe("taken");
    const { runbook, run } = await withRunbooks();
    await runbook("manual", steps, { mode: "manual" });
    await runbook("scheduled", steps, { mode: "scheduled", schedule: { cron: "0 0 1 1 *" } });
    await runbook("triggered", steps, { mode: "triggered", alerts: [{ match: 'alert.name == "Down"' }] });
    for (const mode of ["manual", "scheduled", "triggered"])
      expect(await run(mode)).toMatchObject({ state: "succeeded", trigger: { kind: "manual" } });
  });
});
