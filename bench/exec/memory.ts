import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Row } from "../row.ts";
import { canLook, descendants, proportional, resident } from "./processes.ts";
import type { World } from "./world.ts";

/** What a server keeps in memory while nothing runs, after it has run every action once or more. */
export async function idleMemory({ python, serverPid }: World): Promise<readonly Row[]> {
  if (!canLook) {
    process.stdout.write("memory: skipped, this machine has no /proc/PID/smaps_rollup\n");
    return [];
  }
  const zygotes = descendants(serverPid, "zygote.py").map(proportional).filter(isKnown);
  const keeper = descendants(serverPid, "keeper.py").map(proportional).filter(isKnown);
  const floor = "python3 that waits";
  const floors = [await waitingPython(python.executable)];
  const mine = { unit: "MB", aim: undefined };
  const rows: Row[] = [
    {
      ...{ what: "keeper and what it forked, idle, proportional memory together", floor, floors },
      ...{ measured: [sum(keeper)], ...mine, notes: `${keeper.length} processes: ${list(keeper)} MB` },
    },
    {
      ...{ what: "resident memory of the server, idle", floor: undefined, floors: [] },
      ...{ measured: [resident(serverPid)].filter(isKnown), ...mine },
    },
  ];
  if (zygotes.length === 0) {
    process.stdout.write("memory: this server keeps no zygotes\n");
    return rows;
  }
  const notes = `${zygotes.length} zygotes: ${list(zygotes)} MB`;
  const each = "one idle zygote, proportional memory";
  return [{ what: each, floor, measured: zygotes, floors, ...mine, notes }, ...rows];
}

/** Proportional memory of an interpreter that has started and does nothing, MB. */
async function waitingPython(executable: string): Promise<number> {
  const child = spawn(executable, ["-c", "print(flush=True); input()"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  const found = proportional(child.pid!);
  child.kill("SIGKILL");
  await ended;
  if (found === undefined) throw new Error("the waiting interpreter is gone");
  return found;
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, one) => all + one, 0);
const list = (sizes: readonly number[]): string => sizes.map((one) => one.toFixed(1)).join(", ");
const isKnown = (value: number | undefined): value is number => value !== undefined;
