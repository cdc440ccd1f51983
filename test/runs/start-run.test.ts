import { describe, expect, it } from "vitest";
import { json, outcome, textOf, world } from "./world.ts";

const realtime = {
  type: "realtime",
  keepState: false,
  concurrency: { limit: undefined, overlap: "queue" },
} as const;
const ok = async () => outcome();

describe("starting a run", () => {
  it("hands the executor all that the program may see, and nothing else", async () => {
    const { service, place, start, ended, tasks } = await world(ok, {
      credentials: { forRun: async (run) => ({ url: "http://x/", token: `token of ${run.id}` }) },
      environments: { prepare: async (bundle) => ({ folder: `${bundle}-env` }) },
    });
    await service.start();
    const version = await place({ env: { STREAM: "default" }, network: false, isolation: "required" });
    const run = await start(version);
    expect(await ended(run)).toMatchObject({
      state: "succeeded",
      exitCode: 0,
      isolation: "full",
      attempt: 1,
    });
    expect(tasks).toEqual([
      {
        run: run.id,
        program: {
          kind: "python",
          entry: "scheduled",
          file: "main.py",
          bundle: "/bundles/code-1",
          environment: "/bundles/code-1-env",
        },
        place: { kind: "sandbox" },
        env: {
          STREAM: "default",
          ORIGIN_CLUSTER_URL: "http://x/",
          ORIGIN_CLUSTER_TOKEN: `token of ${run.id}`,
        },
        limits: { timeout: 600_000, grace: 5000, ...version.action.resources },
        network: false,
        isolation: "required",
      },
    ]);
  });

  it("shows in the run's log what had to be installed for it first", async () => {
    const { service, place, start, ended, lines } = await world(ok, {
      environments: {
        async prepare(_bundle, _signal, log) {
          log("Installing one thing.");
          return { folder: undefined };
        },
      },
    });
    await service.start();
    const run = await start(await place());
    expect(await ended(run)).toMatchObject({ state: "succeeded" });
    expect(await lines(run)).toEqual(["system: Installing one thing."]);
  });

  it("passes records on and the result back byte for byte", async () => {
    const records = '[{"n": 12345678901234567890, "n": 1.0}]';
    const { service, place, start, ended } = await world(async (task, { input }) => {
      expect(task.program).toMatchObject({ entry: "realtime" });
      return outcome({ result: Buffer.from((await textOf(input)) ?? "") });
    });
    await service.start();
    const run = await start(await place(realtime), { input: Buffer.from(records) });
    expect(await ended(run)).toMatchObject({ state: "succeeded", resultSize: records.length });
    expect(await textOf(await service.result(run.id))).toBe(records);
  });

  it("runs a disabled action by hand", async () => {
    const { service, place, start, ended } = await world(ok);
    await service.start();
    expect((await ended(await start(await place({ enabled: false })))).state).toBe("succeeded");
  });

  it("refuses to wait for people where the result is waited for, and starts nothing", async () => {
    const { place, start, history } = await world(ok);
    const approval = { required: true, approvers: [], quorum: 1, expires: 1, onExpiry: "reject" } as const;
    await expect(start(await place({ approval }), { cannotWait: true })).rejects.toMatchObject({
      code: "NOT_RUNNABLE",
      message: expect.stringMatching(/requires approval/),
    });
    expect(await history()).toEqual([]);
  });

  it("refuses an action that is not live", async () => {
    const { place, start } = await world(ok);
    const version = await place();
    await expect(start({ ...version, actionId: "none" })).rejects.toMatchObject({ code: "ACTION_MISSING" });
  });

  it("wants records for real-time actions, and for no others", async () => {
    const { place, start } = await world(ok);
    const missing = start(await place(realtime), { input: undefined });
    await expect(missing).rejects.toMatchObject({ code: "INPUT_INVALID" });
    const tooMuch = start(await place(), { input: json([]) });
    await expect(tooMuch).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("answers the run of an earlier start with the same key, whose records stay", async () => {
    const { place, start, parts, history } = await world(ok);
    const version = await place(realtime);
    const first = await start(version, { key: "k", input: json([1]) });
    const second = await start(version, { key: "k", input: json([2]) });
    expect(second.id).toBe(first.id);
    expect(await textOf(await parts.blobs.get(first.id, "input"))).toBe("[1]");
    expect(await history()).toHaveLength(1);
  });

  it("starts the version that becomes current meanwhile", async () => {
    const { service, place, start, parts, store } = await world(ok);
    const version = await place();
    let moved = false;
    const asked = store.version.bind(store);
    Object.assign(parts.store, {
      version: async (organization: string, actionId: string) => {
        const found = await asked(organization, actionId);
        if (!moved) await place({}, undefined, 2, version.actionId);
        moved = true;
        return found;
      },
    });
    await service.start();
    expect((await start(version)).version).toBe(2);
  });
});

describe("parameters", () => {
  const parameters = {
    service: { type: "string", pattern: "^[a-z]+$", default: "nginx" },
    tries: { type: "integer", maximum: 5 },
    level: { enum: ["low", "high"], optional: true },
    url: { type: "string", format: "uri", optional: true, secret: true },
  };
  const declared = { ...realtime, parameters };

  it("reach the program as JSON, with defaults for those left out", async () => {
    const { service, place, start, ended, tasks } = await world(ok);
    await service.start();
    const run = await start(await place(declared), { parameters: { tries: 3 } });
    expect(run.parameters).toEqual({ service: "nginx", tries: 3 });
    await ended(run);
    expect(JSON.parse(tasks[0]?.env.ROTA_PARAMETERS ?? "")).toEqual({ service: "nginx", tries: 3 });
  });

  it("are refused in one sentence that names every problem and no value", async () => {
    const { place, start } = await world(ok);
    const wrong = { service: "NGINX", level: "middle", url: "my secret" };
    const refused = start(await place(declared), { parameters: wrong });
    const error: Error = await refused.then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: "PARAMETERS_INVALID" });
    for (const part of [
      '"tries" is missing',
      '"service" must match',
      '"level" must be',
      '"low", "high"',
      '"url" must match',
    ])
      expect(error.message).toContain(part);
    expect(error.message).not.toMatch(/NGINX|middle|my secret/);
  });

  it.each([
    [{ tries: 1, Service: "x" }, /no parameter "Service" \(it takes service, tries, level, url\)/],
    [JSON.parse('{"__proto__": {"a": 1}, "tries": 1}'), /no parameter "__proto__"/],
    [{ tries: 1, service: "x".repeat(100_001) }, /longer than 100000 bytes/],
  ])("refuses what is unknown or too long", async (given, sentence) => {
    const { place, start } = await world(ok);
    await expect(start(await place(declared), { parameters: given })).rejects.toThrow(sentence);
  });

  it("are matched in no time, whatever pattern and value", async () => {
    const { place, start } = await world(ok);
    const slow = { ...realtime, parameters: { a: { type: "string", pattern: "^(a+)+$" } } };
    const given = { a: `${"a".repeat(50_000)}!` };
    await expect(start(await place(slow), { parameters: given })).rejects.toThrow(/"a" must match/);
    const looks = { ...realtime, parameters: { a: { type: "string", pattern: "^(?=a)" } } };
    await expect(start(await place(looks), { parameters: { a: "a" } })).rejects.toMatchObject({
      code: "NOT_RUNNABLE",
      message: expect.stringContaining("look-around"),
    });
  });

  it("are addresses in no time, however long", async () => {
    const { place, start } = await world(ok);
    const version = await place({ ...realtime, parameters: { a: { type: "string", format: "url" } } });
    const given = (a: string) => start(version, { parameters: { a } });
    for (const wrong of [
      `http://${"a:".repeat(45_000)}\0`,
      "nowhere",
      "javascript:1",
      "http://a b/",
      "http://",
    ])
      await expect(given(wrong)).rejects.toThrow(/"a" must match format "url"/);
    expect((await given("https://example.com:8443/a?b#c")).state).toBe("queued");
  });

  it("are looked at in no time, however long their lists are", async () => {
    const { place, start } = await world(ok);
    const items = { type: "object" };
    const version = await place({
      ...realtime,
      parameters: { a: { type: "array", items, uniqueItems: true } },
    });
    const some = Array.from({ length: 10_000 }, (_, index) => ({ a: index }));
    expect((await start(version, { parameters: { a: some.slice(0, 9000) } })).parameters.a).toHaveLength(
      9000,
    );
    const twice = [{ a: 1, b: 2 }, ...some.slice(0, 8000), { b: 2, a: 1 }];
    await expect(start(version, { parameters: { a: twice } })).rejects.toThrow(/"a" must NOT have duplicate/);
    const much = Array.from({ length: 1_000_000 }, () => 1);
    await expect(start(version, { parameters: { a: much } })).rejects.toThrow(/longer than 100000 bytes/);
    const error: Error = await start(version, { parameters: { a: much.slice(0, 40_000) } }).then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error.message).toMatch(/"a.99" must be an object; and 39901 more problems\.$/);
    expect(error.message.length).toBeLessThan(4000);
  });

  it("are held to their own pattern each", async () => {
    const { place, start } = await world(ok);
    const two = {
      ...realtime,
      parameters: { a: { type: "string", pattern: "^a$" }, b: { type: "string", pattern: "^b$" } },
    };
    const version = await place(two);
    await expect(start(version, { parameters: { a: "a", b: "a" } })).rejects.toThrow(/"b" must match/);
    expect((await start(version, { parameters: { a: "a", b: "b" } })).parameters).toEqual({ a: "a", b: "b" });
  });

  it("are none for an action that declares none", async () => {
    const { place, start } = await world(ok);
    await expect(start(await place(), { parameters: { a: 1 } })).rejects.toThrow(/it takes none/);
  });
});
