import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkedActions, services } from "./alerts/actions.ts";
import { message, Sender, type Taken } from "./alerts/sender.ts";
import { answered, atRate, type Climbed } from "./exec/open-loop.ts";
import { forgetPeak, peak, resident } from "./exec/processes.ts";
import { Repository } from "./exec/repository.ts";
import { type ServerProcess, startServer, token } from "./exec/server-process.ts";
import type { Bench, Row } from "./row.ts";

const quick = process.env.ROTA_BENCH_QUICK === "1";
const perSecond = quick ? 200 : 1_000;
/** A storm of ten minutes: ROTA_BENCH_STORM_SECONDS=600. */
const stormSeconds = Number(process.env.ROTA_BENCH_STORM_SECONDS ?? (quick ? 3 : 60));
if (!(stormSeconds > 0)) throw new Error("ROTA_BENCH_STORM_SECONDS must be a number of seconds above 0");

/** A thousand alerts in one second, and a storm of as many a second, against a real server over HTTP. */
export const rows: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-alerts-"));
  let server: ServerProcess | undefined;
  let sender: Sender | undefined;
  try {
    server = await startServer(folder, { ROTA_DATA: join(folder, "data") });
    const repository = new Repository(join(folder, "repository"));
    repository.commit(linkedActions);
    await repository.apply(server.address, token);
    sender = new Sender(server.address, token);
    return [await burst(sender), await storm(sender, server.pid)];
  } finally {
    sender?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

async function burst(sender: Sender): Promise<Row> {
  // What the first of all needs, reading the links for one, is not of the storm.
  await sender.send("json", '{"name": "Warm"}');
  const empty = await flood(1, () => sender.send("json", "[]"));
  const all: Taken[] = [];
  let sent = 0;
  const measured = await flood(1, async (signal) => {
    all.push(await sender.send("alertmanager", message(sent++), signal));
  });
  const started = all.reduce((sum, taken) => sum + taken.started.length, 0);
  const suppressed = all.reduce((sum, taken) => sum + taken.suppressed, 0);
  const told = await accounted(sender, measured.failures);
  if (started !== services || started + suppressed !== perSecond)
    throw new Error(`${perSecond} alerts of ${services} keys: ${started} started, ${suppressed} suppressed`);
  return {
    what: `${perSecond} alerts in one second, each in a message of its own, from its instant to its answer`,
    floor: "as many empty lists to the same server",
    measured: measured.latencies,
    floors: empty.latencies,
    aim: { p99: 1_000 },
    notes: `${answered(measured)}; ${started} runs, one for each key, ${suppressed} suppressed; ${told}`,
  };
}

/** Whether the server's own history adds up to what was sent. @throws where it does not */
async function accounted(sender: Sender, failures: readonly string[]): Promise<string> {
  if (failures.length > 0) throw new Error(`not all were answered: ${failures[0]}`);
  const { items } = await sender.get<{ items: readonly { action_name?: string }[] }>(
    "/actions/restart/runs?limit=1000",
  );
  if (items.length !== services) throw new Error(`${items.length} runs of ${services} keys`);
  return `${items.length} runs in the history`;
}

async function storm(sender: Sender, pid: number): Promise<Row> {
  const before = resident(pid) ?? Number.NaN;
  forgetPeak(pid);
  let sent = 1_000_000;
  const climbed = await flood(stormSeconds, (signal) => sender.send("alertmanager", message(sent++), signal));
  return {
    what: `peak memory of the server in a storm of ${stormSeconds} s, ${perSecond} alerts a second`,
    floor: "the same server before it",
    measured: [peak(pid) ?? Number.NaN],
    floors: [before],
    unit: "MB",
    aim: { atMost: 2, plus: 100 },
    notes: `${answered(climbed)}; ${(resident(pid) ?? Number.NaN).toFixed(0)} MB at its end`,
  };
}

const flood = (seconds: number, ask: (signal: AbortSignal) => Promise<unknown>): Promise<Climbed> =>
  atRate(perSecond * seconds, 1_000 / perSecond, ask);
