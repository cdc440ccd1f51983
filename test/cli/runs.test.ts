import { describe, expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { type Answer, events, json, line, run, stubServer } from "./stub-server.ts";

const log = `GET /api/default/runs/${run.id}/logs`;
const show = `GET /api/default/runs/${run.id}`;
const stream =
  (...parts: readonly string[]): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(part);
    response.end();
  };

async function at(routes: Record<string, unknown>, args: readonly string[], input?: string) {
  const { env, asked } = await stubServer(routes);
  const ended = await rota(args, { cwd: folder(), env, ...(input === undefined ? {} : { input }) });
  return { ...ended, asked };
}

describe("rota run", () => {
  const start = "POST /api/default/actions/disk_check/run";
  const started: Answer = (_, response) => json(response, 201, { ...run, state: "queued" });
  const ending = (state: string, more: object = {}) => ({
    [start]: started,
    [log]: stream(events(["line", 1, line(1, "one")], ["end", 2, { ...run, state }])),
    [show]: { ...run, state, ...more },
  });

  it("starts the action, shows its log on one stream and its result on the other", async () => {
    const { code, out, err, asked } = await at(ending("succeeded", { result: [{ a: 1 }] }), [
      "run",
      "disk_check",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([{ a: 1 }]);
    expect(err).toContain(`run ${run.id} of disk_check, version 3`);
    expect(err).toContain("12:00:00.100 one");
    expect(err).toContain("succeeded after 1.2 s");
    expect(asked[0]).toBe(`${start} {"parameters":{}}`);
  });

  it.each([
    ["failed", 30],
    ["timed_out", 31],
    ["cancelled", 32],
    ["rejected", 33],
    ["expired", 33],
    ["skipped", 34],
    ["interrupted", 35],
  ])("ends a run that %s with %d and its reason", async (state, exit) => {
    const { code, err } = await at(ending(state, { reason: "It was so." }), ["run", "disk_check"]);
    expect(code).toBe(exit);
    expect(err).toContain(`${state} after 1.2 s: It was so.`);
  });

  it.each([
    [["--param", "a=b=c", "--param", "n:=3"], undefined, { parameters: { a: "b=c", n: 3 } }],
    [["--input", "-"], '{"a": 1}', { parameters: { a: 1 } }],
    [["--input", "-", "--param", "a=2"], '{"a": 1, "b": 1}', { parameters: { a: "2", b: 1 } }],
    [["--input", "-"], '[{"a": 1}, null]', { inputs: [{ a: 1 }, null] }],
  ])("sends %j", async (args, input, sent) => {
    const { asked } = await at(ending("succeeded"), ["run", "disk_check", ...args], input);
    expect(asked[0]).toBe(`${start} ${JSON.stringify(sent)}`);
  });

  it.each([
    [["--param", "ab"], undefined, "--param ab is not written name=value"],
    [["--param", "a:={"], undefined, "--param a holds no JSON"],
    [["--input", "-"], "{", "Standard input holds no JSON"],
    [["--input", "-"], "3", "holds neither a JSON object nor a JSON list"],
    [["--input", "-", "--param", "a=1"], "[]", "cannot be combined"],
    [["--input", "none.json"], undefined, "none.json cannot be read: no such file"],
  ])("refuses %j before it asks the server", async (args, input, said) => {
    const { code, err, asked } = await at({}, ["run", "disk_check", ...args], input);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(asked).toEqual([]);
  });

  it("prints the run alone with --format json", async () => {
    const { code, out } = await at(ending("failed", { reason: "no" }), [
      "run",
      "disk_check",
      "--format",
      "json",
    ]);
    expect(code).toBe(30);
    expect(JSON.parse(out)).toMatchObject({ id: run.id, state: "failed", reason: "no" });
  });

  it("M1: says first that a dry run found what would stop it, and where", async () => {
    const step = (name: string, problems: string[]) => ({
      ...{ name, would: "run", why: null, provider: null, program: { run: "a" }, env: {}, problems },
      ...{ timeout: 1000, retries: 0 },
    });
    const steps = [step("Look", []), step("Mend", ["There is no provider"])];
    const dry = { action_name: "disk_check", version: 1, would: "run", why: null, parameters: {}, steps };
    const { code, out } = await at({ [`${start.slice(0, -3)}dry-run`]: dry }, [
      "run",
      "disk_check",
      "--dry-run",
    ]);
    expect(code).toBe(30);
    expect(out.split("\n")[0]).toBe(
      'disk_check, version 1: a run would begin, and fail at "Mend". Nothing was started.',
    );
  });

  it("takes the log up again where the connection broke, showing no line twice", async () => {
    let opened = 0;
    const broken: Answer = (request, response) => {
      opened += 1;
      response.writeHead(200, { "content-type": "text/event-stream" });
      if (opened === 1) {
        expect(request.headers["last-event-id"]).toBe("0");
        response.write(events(["line", 1, line(1, "first")]), () => response.destroy());
      } else {
        // This server starts from the beginning, whatever was asked for.
        expect(request.headers["last-event-id"]).toBe("1");
        response.end(events(["line", 1, line(1, "first")], ["line", 2, line(2, "second")], ["end", 3, run]));
      }
    };
    const { code, err } = await at({ [start]: started, [log]: broken, [show]: run }, ["run", "disk_check"]);
    expect(code).toBe(0);
    expect(err.match(/first|second/g)).toEqual(["first", "second"]);
  });

  it("shows what was logged without letting it drive the terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[2Jclean\rfake";
    const { err } = await at(
      {
        [start]: started,
        [log]: stream(events(["line", 1, line(1, evil)], ["end", 2, run])),
        [show]: { ...run, reason: "\u001b[2J" },
      },
      ["run", "disk_check"],
    );
    expect(err).toContain("^[]0;owned^G^[[2Jclean^Mfake");
    expect(err).not.toMatch(/[\u001b\u0007\r]/);
  });
});

describe("rota runs", () => {
  const page = { items: [run, { ...run, state: "failed", reason: "no\nmore" }], next: "abc" };
  it("lists them with whole ids and both kinds of time", async () => {
    const { code, out, err } = await at({ "GET /api/default/runs?limit=20": page }, ["runs"]);
    expect(code).toBe(0);
    const [heading, first, second] = out.split("\n");
    expect(heading).toMatch(/^RUN +ACTION +STATE +CREATED/);
    expect(first).toContain(run.id);
    expect(first).toContain("(2026-08-01 12:00:00Z)");
    expect(second).toMatch(/failed .* no$/);
    expect(err).toContain("rota runs --cursor abc");
  });

  it("names the next page of the same question", async () => {
    const { err } = await at({ "GET /api/other/actions/disk_check/runs?limit=2": page }, [
      ...["runs", "disk_check", "--limit", "2", "--organization", "other"],
    ]);
    expect(err).toContain("rota runs disk_check --limit 2 --organization other --cursor abc");
  });

  it.each<[string, string[], string]>([
    ["one that is near", ["disk_check", "other"], "Did you mean disk_check?"],
    ["those that it has", ["b", "a"], "It has: a, b"],
    ["how to bring some", [], "`rota apply` brings those"],
  ])("names the action that the server does not have, and %s", async (_, names, hint) => {
    const missing: Answer = (_request, response) =>
      json(response, 404, { code: 404, message: "Action Script not found" });
    const routes = {
      "GET /api/default/actions/disk_chekc/runs?limit=20": missing,
      "POST /api/default/actions/disk_chekc/run": missing,
      "GET /api/default/actions": names.map((name) => ({ name })),
    };
    for (const command of ["runs", "run"]) {
      const { code, err } = await at(routes, [command, "disk_chekc"]);
      expect(code).toBe(2);
      expect(err).toContain('has no action "disk_chekc"');
      expect(err).toContain(hint);
    }
  });

  it("refuses two actions at once, before it asks the server", async () => {
    const { code, err, asked } = await at({}, ["runs", "disk_check", "--action", "other"]);
    expect(code).toBe(2);
    expect(err).toContain('Runs of "disk_check" or of "other"?');
    expect(asked).toEqual([]);
  });

  it("H1: asks for what is wanted, and for more of just that", async () => {
    const since = Date.parse("2026-07-01T00:00:00Z") * 1000;
    const route = `GET /api/default/actions/disk_check/runs?limit=20&state=failed%2Ctimed_out&since=${since}&trigger=alert&category=It%27s+own`;
    const { code, err, asked } = await at({ [route]: page }, [
      ...["runs", "--action", "disk_check", "--state", "failed,timed_out", "--since", "2026-07-01"],
      ...["--trigger", "alert", "--category", "It's own"],
    ]);
    expect(asked).toEqual([route]);
    expect(code).toBe(0);
    expect(err).toContain(
      `rota runs disk_check --state failed,timed_out --since ${since} --trigger alert --category 'It'\\''s own' --cursor abc`,
    );
  });

  it("says that none is like what was asked for, not that there are none", async () => {
    const { out } = await at({ "GET /api/default/runs?limit=20&state=failed": { items: [] } }, [
      ...["runs", "--state", "failed"],
    ]);
    expect(out).toContain("No run is like that.");
  });

  it.each([
    [["--state", "faild"], 'The state "faild" is none of: waiting'],
    [["--trigger", "cron"], 'The trigger "cron" is none of: schedule'],
    [["--since", "yesterday"], '"yesterday" is no time; write a time like 2h'],
  ])("refuses %j before it asks the server", async (args, said) => {
    const { code, err, asked } = await at({}, ["runs", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(asked).toEqual([]);
  });

  it("asks for one action, a number and a page", async () => {
    const { asked, out } = await at(
      { "GET /api/default/actions/disk_check/runs?limit=5&cursor=abc": { items: [] } },
      ["runs", "disk_check", "--limit", "5", "--cursor", "abc", "--format", "json"],
    );
    expect(asked).toHaveLength(1);
    expect(JSON.parse(out)).toEqual({ items: [], next: null });
  });
});

describe("what the API refuses", () => {
  it.each([
    ["show", show, "There is no such run", "`rota runs` lists"],
    ["cancel", `POST /api/default/runs/${run.id}/cancel`, "There is no such run.", "`rota runs` lists"],
    [
      "run",
      `POST /api/default/actions/${run.id}/run`,
      'A real-time action takes a list of records ("inputs").',
      "--input FILE",
    ],
  ])("by %s is told with what to type", async (command, route, message, hint) => {
    const refuse: Answer = (_, response) => json(response, 400, { code: 400, message });
    const { code, err } = await at({ [route]: refuse }, [command, run.id]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });
});

describe("rota show, logs and cancel", () => {
  it("show tells all that is known of a run", async () => {
    const { code, out } = await at({ [show]: { ...run, result: { ok: true } } }, ["show", run.id]);
    expect(code).toBe(0);
    for (const fact of [
      run.id,
      "disk_check",
      "succeeded",
      "manual, ada@example.org",
      "1.2 s",
      "12.0 MiB",
      '"ok": true',
    ])
      expect(out).toContain(fact);
  });

  it("show names where a step ran, and no expression where it never began", async () => {
    const step = (name: string, provider: string) => ({
      ...{ name, state: "skipped", reason: null, outputs: {}, attempts: [], run: null, taken_from: null },
      ...{ started_at: null, ended_at: null, provider: { name: provider, digest: null } },
    });
    const steps = [step("Look", "web-1"), step("Mend", "${{ parameters.provider }}")];
    const { out } = await at({ [show]: { ...run, steps } }, ["show", run.id]);
    expect(out).toMatch(/Look +at web-1\n/);
    expect(out).toMatch(/Mend\n/);
  });

  it("logs prints what was logged, and follows to the end when asked", async () => {
    const lines = stream(events(["line", 1, line(1, "one")], ["end", 2, run]));
    const { out } = await at({ [show]: { ...run, state: "running" }, [log]: lines }, [
      "logs",
      run.id,
      "--follow",
    ]);
    expect(out).toContain("12:00:00.100 one\n");
    const soFar: Answer = (_, response) => response.end(`${JSON.stringify(line(1, "one"))}\n`);
    const now = await at({ [show]: { ...run, state: "running" }, [log]: soFar }, [
      "logs",
      run.id,
      "--format",
      "json",
    ]);
    expect(JSON.parse(now.out)).toEqual(line(1, "one"));
  });

  it("cancel asks, and says what became of it", async () => {
    const route = `POST /api/default/runs/${run.id}/cancel`;
    const asked = await at({ [route]: { ...run, state: "running" } }, ["cancel", run.id]);
    expect(asked.out).toContain(`Asked ${run.id} to stop`);
    expect((await at({ [route]: { ...run, state: "cancelled" } }, ["cancel", run.id])).out).toContain(
      "is cancelled",
    );
  });
});

describe("a server that is hostile", () => {
  const evil = "\u001b]0;owned\u0007\u001b[2J\rfake\b\b\u009b31m\u202e\u2066\u200f\u061c\u2028\u007f";
  const everywhere = {
    ...run,
    ...Object.fromEntries(
      ["id", "action_id", "action_name", "version", "digest", "reason", "actor", "isolation", "signal"].map(
        (key) => [key, `${evil}${key}`],
      ),
    ),
    exit_code: null,
    trigger: { kind: evil, name: evil },
    parameters: { [evil]: evil },
    result: { [evil]: evil },
  };
  const logged = { ...line(1, evil), stream: evil, level: evil };
  const routes = {
    "POST /api/default/actions/x/run": everywhere,
    "GET /api/default/runs?limit=20": { items: [{ ...everywhere, state: evil }], next: evil },
    [show]: everywhere,
    [`POST /api/default/runs/${run.id}/cancel`]: { ...everywhere, state: evil },
    [log]: stream(
      events(
        ["line", 1, logged],
        ["line", 2, { ...logged, sequence: 2, stream: "log" }],
        ["end", 3, everywhere],
      ),
    ),
  };

  it.each([
    [["runs"]],
    [["runs", "--format", "json"]],
    [["show", run.id]],
    [["show", run.id, "--format", "json"]],
    [["logs", run.id]],
    [["logs", run.id, "--follow"]],
    [["logs", run.id, "--format", "json"]],
    [["cancel", run.id]],
    [["run", "x"]],
  ])("cannot drive the terminal through any of its texts: %j", async (args) => {
    const { out, err } = await at(routes, args);
    expect(`${out}${err}`).toContain("owned");
    expect(`${out}${err}`).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
    );
  });

  it.each([
    [["list"], "GET /api/default/actions", "application/json"],
    [["show", run.id], show, "application/json"],
    [["logs", run.id, "--follow"], log, "text/event-stream"],
    [["list"], "GET /api/default/actions", "refusal"],
  ])(
    "cannot fill the memory with an answer that does not end: %j %s %s",
    async (args, route, type) => {
      const piece = "x".repeat(2 ** 20);
      let left = false;
      const endless: Answer = (_, response) => {
        response.writeHead(type === "refusal" ? 500 : 200, { "content-type": type });
        const more = () => {
          while (!response.destroyed && response.write(piece));
        };
        response.on("drain", more).on("close", () => {
          left = true;
        });
        more();
      };
      const { code, err } = await at({ [show]: run, [route]: endless }, args);
      expect(code).toBe(21);
      expect(err).toMatch(type === "refusal" ? /status 500/ : /more than a Rota server ever does/);
      expect(left).toBe(true);
    },
    60_000,
  );

  it("keeps what it said whole as JSON", async () => {
    const { out } = await at(routes, ["show", run.id, "--format", "json"]);
    expect(JSON.parse(out)).toEqual(everywhere);
  });
});

describe("a server that refuses", () => {
  const route = "GET /api/default/actions";
  const status =
    (code: number, body: string): Answer =>
    (_, response) =>
      void response.writeHead(code).end(body);
  it.each([
    [401, "Unauthorized Access", 20, "does not know this login: Unauthorized Access"],
    [403, '{"code":403,"message":"needs AllowList"}', 20, "Not allowed: needs AllowList"],
    [400, '{"code":400,"message":"bad \\u001b[2J"}', 2, "The server refused: bad ^[[2J"],
    [500, "", 21, "failed with status 500"],
  ])("with %d ends in a sentence", async (code, body, exit, said) => {
    const ended = await at({ [route]: status(code, body) }, ["list"]);
    expect(ended.code).toBe(exit);
    expect(ended.err).toContain(said);
    expect(ended.err).not.toContain("internal error");
  });

  it("is told from one that is not there", async () => {
    const env = { ROTA_SERVER: "http://127.0.0.1:9", ROTA_TOKEN: "x" };
    const { code, err } = await rota(["list"], { cwd: folder(), env });
    expect(code).toBe(21);
    expect(err).toContain("cannot be reached");
  });
});
