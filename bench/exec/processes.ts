import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const MB = 1e6;

/** Whether memory of other processes can be read here. */
export const canLook = existsSync("/proc/self/smaps_rollup");

/** A field of /proc/PID/status or smaps_rollup that is in kB, in MB; undefined: the process is gone. */
function field(pid: number, file: "status" | "smaps_rollup", name: string): number | undefined {
  const text = read(`/proc/${pid}/${file}`);
  const found = text === undefined ? null : new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text);
  return found === null ? undefined : (Number(found[1]) * 1024) / MB;
}

/** What a process would free by ending: pages that it shares count by its part, MB. */
export const proportional = (pid: number) => field(pid, "smaps_rollup", "Pss");
/** Resident memory, MB. */
export const resident = (pid: number) => field(pid, "status", "VmRSS");
/** The most that was ever resident since `forgetPeak`, MB. */
export const peak = (pid: number) => field(pid, "status", "VmHWM");
export const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, "5");

/** Ids of the processes below one whose command line holds `text`. */
export function descendants(pid: number, text: string): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const stat = read(`/proc/${name}/stat`);
    // The name of the program, in parentheses, may hold anything.
    const parent = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (parents.get(one) === pid || isBelow(parents.get(one)));
  return [...parents.keys()].filter(
    (one) => isBelow(one) && (read(`/proc/${one}/cmdline`)?.includes(text) ?? false),
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it has ended
  }
}
