import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireClient } from "../contract/wire/client.ts";
import { makeWorld, ok, type World } from "../contract/wire/world.ts";
import { zip } from "../contract/wire/zip.ts";
import { type Started, startServer } from "./start-server.ts";

let started: Started;
let world: World;
let logged = "";

beforeAll(async () => {
  const sink = new PassThrough().on("data", (line) => {
    logged += line;
  });
  started = await startServer({ log: pino({ level: "warn" }, sink) });
  const client = wireClient(started.address, "default", started.login);
  const permissions = [{ object: "action_scripts:_all_default", permission: "AllowGet" }];
  ok(await client.request("POST", "service_accounts", { json: { email: "sa@example.com", permissions } }));
  world = makeWorld(client, { rota: true, account: "sa@example.com" }).world;
});
afterAll(() => started.stop());

const slow =
  "import time\n\ndef main(data, logger):\n    print('here', flush=True)\n    time.sleep(600)\n    return []\n";
const makeSlow = () =>
  world.create({ execution_details: "service", cron_expr: undefined, file: zip({ "main.py": slow }) });

interface RunSeen {
  readonly id: string;
  readonly state: string;
}
async function newestRun(action: string, state: string): Promise<RunSeen> {
  for (let left = 400; left > 0; left -= 1) {
    const { items } = ok<{ items: RunSeen[] }>(await world.request("GET", `actions/${action}/runs?limit=1`));
    if (items[0]?.state === state) return items[0];
    await pause(25);
  }
  return expect.unreachable(`no run of ${action} became ${state}`);
}
const get = (path: string, init: RequestInit) =>
  fetch(`${started.address}/api/default/${path}`, {
    ...init,
    headers: { authorization: started.login, ...init.headers },
  });

describe("whoever leaves", () => {
  it("while following a log disturbs neither the run nor the server", async () => {
    const action = await makeSlow();
    const { id } = (await world.request("POST", `actions/${action}/run`, { json: { inputs: [] } }))
      .json as RunSeen;
    for (const [path, accept] of [
      ["logs", "text/event-stream"],
      ["logs?follow=true", "application/json"],
    ] as const) {
      const leaving = new AbortController();
      const answer = await get(`runs/${id}/${path}`, { signal: leaving.signal, headers: { accept } });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; !text.includes("here"); ) text += (await reader.read()).value;
      leaving.abort();
      await expect(reader.read()).rejects.toThrow();
    }
    expect((await newestRun(action, "running")).id).toBe(id);
    ok(await world.request("POST", `runs/${id}/cancel`, { json: {} }));
    await newestRun(action, "cancelled");
    expect(logged).toBe("");
  });

  it("while waiting for a result leaves a run that can be seen and cancelled", async () => {
    const action = await makeSlow();
    const leaving = new AbortController();
    const asked = get(`actions/test/${action}`, {
      method: "POST",
      body: '{"inputs":[1]}',
      signal: leaving.signal,
      headers: { "content-type": "application/json" },
    });
    const { id } = await newestRun(action, "running");
    leaving.abort();
    await expect(asked).rejects.toThrow();
    expect((await newestRun(action, "running")).id).toBe(id);
    ok(await world.request("POST", `runs/${id}/cancel`, { json: {} }));
    await newestRun(action, "cancelled");
    expect(logged).toBe("");
  });
});
