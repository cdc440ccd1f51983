import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { expect, vi } from "vitest";
import { carrying, isAlive } from "./process-tree.ts";
import { type RunJson, type ServerProcess, serve, serveBriefly } from "./product.ts";
import { choose, partsOf, type VictimKind } from "./victims.ts";

/** What is killed, at what moment: all by chance, and by the same chance again for the same seed. */
export interface Killing {
  readonly data: string;
  readonly random: () => number;
  /** How long what is doomed may live on, ms. */
  readonly patience: number;
  /** Runs asked for in each round. */
  readonly load: number;
}

export interface Round {
  readonly kind: VictimKind;
  /** ms until all that was doomed was gone. */
  readonly gone: number;
  /** How the runs ended that the server had acknowledged, as `state` or `state by SIGNAL`. */
  readonly ends: readonly string[];
  /** The one that lives afterwards. */
  readonly server: ServerProcess;
}

const workers = { ROTA_WORKERS: "12", ROTA_GRACE: "1s" };
export const start = (data: string): Promise<ServerProcess> => serve(data, workers);

/** One round: load, a kill at a random moment, and all that has to hold afterwards. */
export async function killRound(killing: Killing, before: ServerProcess, wanted: VictimKind): Promise<Round> {
  const { random, patience, data } = killing;
  let server = before;
  const asked = ask(server, killing);
  await vi.waitFor(() => expect(partsOf(server.pid).children.length).toBeGreaterThan(2), {
    timeout: 60_000,
    interval: 10,
  });
  await pause(random() * 700);
  const chosen = choose(wanted, server.pid, random) ?? choose("server", server.pid, random);
  if (chosen === undefined) throw new Error("The server died by itself.");
  const { kind, victims, doomed } = chosen;

  const killed = performance.now();
  for (const { pid } of victims) process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(doomed.filter(isAlive)).toEqual([]), { timeout: patience, interval: 5 });
  const gone = performance.now() - killed;

  if (kind === "server" || kind === "server and keeper") {
    await server.kill();
    // Started between our look and the kill.
    await vi.waitFor(() => expect(carrying(data)).toEqual([]), { timeout: patience, interval: 5 });
    checkDatabase(data);
    // What recovers from a kill may be killed as well, also before it has begun.
    if (random() < 0.3) {
      await serveBriefly(data, workers, random() * 2_500);
      await vi.waitFor(() => expect(carrying(data)).toEqual([]), { timeout: patience, interval: 5 });
      checkDatabase(data);
    }
    server = await start(data);
  }
  const acknowledged = (await Promise.all(asked)).filter((id) => id !== undefined);
  const ends = await endAll(server, acknowledged);
  await vi.waitFor(() => expect(partsOf(server.pid).children).toEqual([]), { timeout: 10_000, interval: 10 });
  await nextRunWorks(server);
  return { kind, gone, ends, server };
}

/** Asks for runs of every kind; answers the ids of those that the server acknowledged. */
function ask(server: ServerProcess, { random, load }: Killing): readonly Promise<string | undefined>[] {
  return Array.from({ length: load }, (_, index) => {
    const name = ["sleeper", "daemon", "busy", "quick"][index < 3 ? index : Math.floor(random() * 4)];
    return pause(random() * 300)
      .then(() =>
        server.call<RunJson>("POST", `/api/default/actions/${name}/run`, { inputs: [{ n: index }] }, 201),
      )
      .then(
        ({ id }) => id,
        () => undefined, // the server died before it said so
      );
  });
}

/** Waits until every run has ended, and cancels those that would sleep on. */
async function endAll(server: ServerProcess, ids: readonly string[]): Promise<readonly string[]> {
  const ends: string[] = [];
  for (const id of ids) {
    await vi.waitFor(
      async () => {
        const run = await server.call<RunJson>("GET", `/api/default/runs/${id}`);
        if (["queued", "running"].includes(run.state) && ["sleeper", "daemon"].includes(run.action_name))
          await server.call("POST", `/api/default/runs/${id}/cancel`).catch(() => undefined);
        expect(run.state).not.toMatch(/^(waiting|queued|running)$/);
        if (run.state !== "succeeded") expect(run.reason).toMatch(/\S/);
        ends.push(
          run.signal === null || run.state !== "failed" ? run.state : `${run.state} by ${run.signal}`,
        );
      },
      { timeout: 60_000, interval: 50 },
    );
  }
  return ends;
}

async function nextRunWorks(server: ServerProcess): Promise<void> {
  const path = "/api/default/actions/quick/run";
  const { id } = await server.call<RunJson>("POST", path, { inputs: [{ n: 7 }] }, 201);
  await vi.waitFor(
    async () => {
      const run = await server.call<RunJson & { result?: unknown }>("GET", `/api/default/runs/${id}`);
      expect(run).toMatchObject({ state: "succeeded", result: [{ n: 7 }] });
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** On a copy, as the dead server left it: the next start finds the files themselves untouched. */
/** The audit says of each run that it was started and how it ended, and of nothing else that it was. */
const withoutStart = `SELECT id FROM runs WHERE trigger_kind <> 'build'
  AND 'runs:' || id NOT IN (SELECT object FROM audit WHERE action IN ('start', 'retry'))`;
const withoutEnd = `SELECT id FROM runs WHERE trigger_kind <> 'build' AND ended_at IS NOT NULL AND started_at IS NOT NULL
  AND 'runs:' || id NOT IN (SELECT object FROM audit WHERE action = 'end')`;
const withoutRun = `SELECT object FROM audit WHERE action IN ('start', 'retry', 'end')
  AND object NOT IN (SELECT 'runs:' || id FROM runs)`;

function checkDatabase(data: string): void {
  const copy = mkdtempSync(join(tmpdir(), "rota-integrity-"));
  mkdirSync(copy, { recursive: true });
  try {
    for (const name of ["rota.db", "rota.db-wal", "rota.db-shm"])
      if (existsSync(join(data, name))) cpSync(join(data, name), join(copy, name));
    const database = new DatabaseSync(join(copy, "rota.db"));
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    expect(database.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    for (const question of [withoutStart, withoutEnd, withoutRun])
      expect(database.prepare(question).all(), question).toEqual([]);
    database.close();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
