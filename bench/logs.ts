import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Bench, percentile, program, type Row, timed } from "./row.ts";

const main = resolve("dist/cli/main.js");
const login = { email: "root@example.com", password: "bench password" };
const authorization = `Basic ${Buffer.from(`${login.email}:${login.password}`).toString("base64")}`;

/** Lines of one run; about 8 MB, which is less than an action may write. */
const lines = Number(process.env.ROTA_BENCH_LINES ?? 200_000);
const rounds = Number(process.env.ROTA_BENCH_ROUNDS ?? 5);
const chatter = `for n in range(${lines}): print("line %d of a run with much to say" % n)`;

/**
 * A run that prints as fast as it can, from its start to the last line at its last viewer, against the same
 * loop in a bare Python whose output Node reads from a pipe. Viewers are connections of this process.
 */
export const rows: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-logs-"));
  let server: Serving | undefined;
  try {
    server = await serve(folder);
    apply(folder, server.address);
    const measured: Row[] = [];
    for (const viewers of [1, 50]) measured.push(await measure(server, viewers));
    return measured;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function measure(server: Serving, viewers: number): Promise<Row> {
  const [floors, measured]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const floor = await timed(barePython);
    const time = await timed(() => watchedRun(server.address, viewers));
    // The first pair warms both.
    if (round === 0) continue;
    floors.push(floor);
    measured.push(time);
  }
  const rate = Math.round(lines / (percentile(measured, 0.5) / 1000));
  const who = viewers === 1 ? "one live viewer" : `${viewers} live viewers`;
  return {
    what: `${lines} log lines of a run to ${who}`,
    floor: "python to a pipe",
    measured,
    floors,
    aim: undefined,
    notes: `${rate} lines a second to each, none lost; server at most ${server.peakMegabytes()} MB`,
  };
}

async function barePython(): Promise<void> {
  const child = spawn("python3", ["-I", "-c", chatter], { stdio: ["ignore", "pipe", "inherit"] });
  let count = 0;
  for await (const data of child.stdout as AsyncIterable<Buffer>) count += countOf(data, "\n");
  if (count !== lines) throw new Error(`${count} of ${lines} lines came through a pipe`);
}

async function watchedRun(address: string, viewers: number): Promise<void> {
  const run = await start(address);
  await Promise.all(Array.from({ length: viewers }, () => watch(address, run)));
}

async function start(address: string): Promise<string> {
  const response = await fetch(`${address}/api/default/actions/chatty/run`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: "{}",
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** Reads the events until the run's end, and throws unless each line came once. */
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
    const whole = end < 0 ? 0 : end + 2;
    count += countOf(seen.subarray(0, whole), "event: line\n");
    rest = seen.subarray(whole);
    const told = seen.subarray(0, whole).lastIndexOf("event: end\n");
    if (told < 0) continue;
    // The count is exact, so none is missing and none came twice.
    if (!seen.includes('"succeeded"', told) || count !== lines)
      throw new Error(`${count} of ${lines} lines came to a viewer, then: ${seen.subarray(told)}`);
    return;
  }
  throw new Error("a log ended without the end of its run");
}

function countOf(bytes: Buffer, what: string): number {
  let count = 0;
  for (let at = bytes.indexOf(what); at >= 0; at = bytes.indexOf(what, at + what.length)) count++;
  return count;
}

function apply(folder: string, address: string): void {
  const repository = join(folder, "repository");
  const action = join(repository, "actions/chatty");
  mkdirSync(action, { recursive: true });
  writeFileSync(
    join(repository, "rota.yaml"),
    "scope: bench\nserviceAccounts: { runner@example.com: { permissions: [{ object: 'action_scripts:_all_default', permission: AllowGet }] } }\n",
  );
  writeFileSync(
    join(action, "action.yaml"),
    "type: scheduled\nschedule: { once: true }\nenabled: false\nserviceAccount: runner@example.com\nresources: { output: 100Mi }\n",
  );
  writeFileSync(join(action, "main.py"), `def main():\n    ${chatter}\n`);
  program(process.execPath, [main, "-C", repository, "apply", "--yes", "--server", address], {
    env: { ...process.env, ROTA_TOKEN: authorization.slice("Basic ".length) },
  });
}

interface Serving {
  readonly address: string;
  /** The most memory that the server's process ever had, resident. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

async function serve(folder: string): Promise<Serving> {
  const child = spawn(process.execPath, [main, "serve"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ROTA_PORT: "0",
      ROTA_DATA: join(folder, "data"),
      ROTA_ROOT_EMAIL: login.email,
      ROTA_ROOT_PASSWORD: login.password,
    },
  });
  const ended = once(child, "exit");
  return {
    address: await addressOf(child),
    peakMegabytes: () =>
      Math.round(
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
      ),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let told = "";
    const take = (chunk: Buffer) => {
      told += chunk.toString("utf8");
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told);
      if (found !== null) done(found[0]);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}:\n${told}`)));
  });
}
