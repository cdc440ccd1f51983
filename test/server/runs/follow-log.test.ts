import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireClient } from "../../contract/wire/client.ts";
import { makeWorld, ok, type World } from "../../contract/wire/world.ts";
import { zip } from "../../contract/wire/zip.ts";
import { type Started, startServer } from "../start-server.ts";

let started: Started;
let world: World;

beforeAll(async () => {
  started = await startServer();
  const client = wireClient(started.address, "default", started.login);
  const permissions = [{ object: "action_scripts:_all_default", permission: "AllowGet" }];
  ok(await client.request("POST", "service_accounts", { json: { email: "sa@example.com", permissions } }));
  world = makeWorld(client, { rota: true, account: "sa@example.com" }).world;
});
afterAll(() => started.stop());

/** Starts an action of this code; answers the run's id. */
async function startRun(main: string): Promise<string> {
  const file = zip({ "main.py": `import os, sys, time\n\n${main}` });
  const action = await world.create({ execution_details: "service", cron_expr: undefined, file });
  const { json } = await world.request("POST", `actions/${action}/run`, { json: { inputs: [] } });
  return (json as { id: string }).id;
}

/** Opens the stream of events; nothing is read of it yet. */
async function open(run: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const request = httpRequest(`${started.address}/api/default/runs/${run}/logs`, {
    agent: false,
    headers: { authorization: started.login, accept: "text/event-stream", ...headers },
  }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

interface Line {
  readonly sequence: number;
  readonly text: string;
}
interface Told {
  readonly lines: readonly Line[];
  /** The state that the last event told. */
  readonly end: string | undefined;
  readonly last: string | undefined;
}

/** Reads events until the stream ends, or until `enough` lines came. */
async function read(response: IncomingMessage, enough = Number.POSITIVE_INFINITY): Promise<Told> {
  const lines: Line[] = [];
  let end: string | undefined;
  let last: string | undefined;
  let rest = "";
  for await (const data of response.setEncoding("utf8")) {
    const blocks = (rest + data).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, event, id, json] = /^event: (\w+)(?:\nid: (\d+))?\ndata: (.*)$/.exec(block) ?? [];
      if (json === undefined) continue;
      const value = JSON.parse(json) as Line & { state: string };
      if (event === "end") end = value.state;
      else lines.push(value);
      last = id ?? last;
    }
    if (lines.length >= enough) break;
  }
  return { lines, end, last };
}

/** A chatty action; it begins with a pause, so that most of it comes while somebody watches. */
const chatty = (lines: number) => `def main(data, logger):
    print("begins", flush=True)
    time.sleep(0.3)
    sys.stdout.write("".join("line %d\\n" % n for n in range(${lines})))
    return []
`;
const texts = (lines: number) => ["begins", ...Array.from({ length: lines }, (_, n) => `line ${n}`)];

describe("following a log", () => {
  it("goes on behind the last event, without loss or repetition, and ends with the run's state", async () => {
    const run = await startRun(chatty(20_000));
    const seen: Line[] = [];
    let last = "0";
    let end: string | undefined;
    for (let connections = 0; end === undefined && connections < 50; connections += 1) {
      const told = await read(await open(run, { "last-event-id": last }), 3000);
      seen.push(...told.lines);
      last = told.last ?? last;
      end = told.end;
    }
    expect(end).toBe("succeeded");
    expect(seen.map(({ text }) => text)).toEqual(texts(20_000));
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
  });

  it("gives fifty viewers every line, while others leave in the middle", async () => {
    const run = await startRun(chatty(20_000));
    const responses = await Promise.all(Array.from({ length: 60 }, () => open(run)));
    const stay = responses.slice(10).map((response) => read(response));
    const leave = responses.slice(0, 10).map((response) => read(response, 1));
    await Promise.all(leave);
    for (const { lines, end } of await Promise.all(stay)) {
      expect(lines.length).toBe(20_001);
      expect(lines.every(({ sequence }, index) => sequence === index + 1)).toBe(true);
      expect(lines.at(-1)?.text).toBe("line 19999");
      expect(end).toBe("succeeded");
    }
  });

  it("a viewer who never reads delays neither the run nor others, and takes little memory", async () => {
    const run = await startRun(chatty(200_000));
    const idle = await Promise.all(Array.from({ length: 40 }, () => open(run)));
    const before = await residentMegabytes();
    const { lines, end } = await read(await open(run));
    expect(end).toBe("succeeded");
    expect(lines.length).toBe(200_001);
    // The server is this process, and the lines that the test itself keeps are in it.
    expect((await residentMegabytes()) - before).toBeLessThan(400);
    for (const response of idle) response.destroy();
  });

  it("of one that has ended gives all, or what comes behind a line, and the end again", async () => {
    const run = await startRun("def main(data, logger):\n    print('a')\n    print('b')\n    return []\n");
    await read(await open(run));
    for (const [headers, expected] of [
      [{}, ["a", "b"]],
      [{ "last-event-id": "1" }, ["b"]],
      [{ "last-event-id": "2" }, []],
      [{ "last-event-id": "999999" }, []],
      [{ "last-event-id": "nonsense" }, ["a", "b"]],
    ] as const) {
      const { lines, end } = await read(await open(run, headers));
      expect(lines.map(({ text }) => text)).toEqual(expected);
      expect(end).toBe("succeeded");
    }
  });

  it("answers text, never HTML, whatever was printed", async () => {
    const evil = "<script>alert(1)</script>\u001b]0;x\u0007\u009b31m\u202e\r\b";
    const run = await startRun(
      `def main(data, logger):\n    print(${JSON.stringify(evil)})\n    return []\n`,
    );
    const response = await open(run);
    expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(response.headers["x-content-type-options"]).toBe("nosniff");
    expect((await read(response)).lines[0]?.text).toBe(evil);
    const { headers } = await fetch(`${started.address}/api/default/runs/${run}/logs`, {
      headers: { authorization: started.login, accept: "text/html" },
    });
    expect(headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

async function residentMegabytes(): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile("/proc/self/status", "utf8"))?.[1]) / 1024;
}
