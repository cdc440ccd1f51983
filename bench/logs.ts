import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgetPeak, peak } from "./exec/processes.ts";
import { Python } from "./exec/python.ts";
import { Repository } from "./exec/repository.ts";
import { type ServerProcess, startServer, token } from "./exec/server-process.ts";
import { type Bench, interleaved, type Row } from "./row.ts";

const quick = process.env.ROTA_BENCH_QUICK === "1";
/** Of one run; 200,000 are about 8 MB. */
const lines = quick ? 20_000 : 200_000;
const rounds = quick ? 1 : 5;
const authorization = `Basic ${token}`;
const chatter = `for n in range(${lines}): print("line %d of a run with much to say" % n)`;

/**
 * A run that prints as fast as it can, from its start to the last line at the last of its live viewers, against
 * the same loop in a bare Python whose output Node reads from a pipe. Viewers are connections of this process.
 */
export const rows: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-logs-"));
  const python = new Python();
  let server: ServerProcess | undefined;
  try {
    server = await startServer(folder, { ROTA_DATA: join(folder, "data"), ROTA_PYTHON: python.executable });
    const repository = new Repository(join(folder, "repository"));
    repository.commit(chatty);
    await repository.apply(server.address, token);
    const measured: Row[] = [];
    for (const viewers of [1, 50]) measured.push(await measure(server, python, viewers));
    return measured;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

const chatty = {
  "rota.yaml":
    "scope: bench\nserviceAccounts: { runner@example.com: { permissions: [{ object: 'action_scripts:_all_default', permission: AllowGet }] } }\n",
  "actions/chatty/action.yaml":
    "type: scheduled\nschedule: { once: true }\nenabled: false\nserviceAccount: runner@example.com\nresources: { output: 100Mi }\n",
  "actions/chatty/main.py": `def main():\n    ${chatter}\n`,
};

async function measure(server: ServerProcess, python: Python, viewers: number): Promise<Row> {
  forgetPeak(server.pid);
  const times = await interleaved(
    rounds,
    () => watchedRun(server.address, viewers),
    () => throughPipe(python),
  );
  const rate = (milliseconds: number) => lines / (milliseconds / 1000);
  return {
    what: `log lines of a run to ${viewers === 1 ? "one live viewer" : `each of ${viewers} live viewers`}`,
    floor: "python to a pipe",
    measured: times.measured.map(rate),
    floors: times.floors.map(rate),
    unit: "lines/s",
    aim: undefined,
    notes: `${lines} lines, none lost; server at most ${peak(server.pid)?.toFixed(0)} MB`,
  };
}

async function throughPipe({ executable }: Python): Promise<void> {
  const child = spawn(executable, ["-I", "-c", chatter], { stdio: ["ignore", "pipe", "inherit"] });
  let count = 0;
  for await (const data of child.stdout as AsyncIterable<Buffer>) count += countOf(data, "\n");
  if (count !== lines) throw new Error(`${count} of ${lines} lines came through a pipe`);
}

async function watchedRun(address: string, viewers: number): Promise<void> {
  const response = await fetch(`${address}/api/default/actions/chatty/run`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: "{}",
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  await Promise.all(Array.from({ length: viewers }, () => watch(address, id)));
}

/** Reads the events until the run's end. @throws unless each line came once */
async function watch(address: string, run: string): Promise<void> {
  const request = httpRequest(`${address}/api/default/runs/${run}/logs`, {
    agent: new Agent(),
    headers: { authorization, accept: "text/event-stream" },
  }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let count = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const data of response as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([rest, data]);
    const end = seen.lastIndexOf("\n\n");
    const whole = seen.subarray(0, end < 0 ? 0 : end + 2);
    count += countOf(whole, "event: line\n");
    rest = seen.subarray(whole.length);
    const told = whole.lastIndexOf("event: end\n");
    if (told < 0) continue;
    // The count is exact, so none is missing and none came twice.
    if (!whole.includes('"succeeded"', told) || count !== lines)
      throw new Error(`${count} of ${lines} lines came to a viewer, then: ${whole.subarray(told)}`);
    return;
  }
  throw new Error("a log ended without the end of its run");
}

function countOf(bytes: Buffer, what: string): number {
  let count = 0;
  for (let at = bytes.indexOf(what); at >= 0; at = bytes.indexOf(what, at + what.length)) count++;
  return count;
}
