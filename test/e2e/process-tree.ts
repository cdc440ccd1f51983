import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine; `started` tells it from a later one with the same number. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly command: string;
  /** In how many process namespaces it has a number: 1 where it is in none of its own. */
  readonly depth: number;
}

/** Every living process; those that only wait to be reaped are not among them. */
export function snapshot(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((found) => found !== undefined);
}

function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (field[0] === "Z" || field[0] === "X") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    const numbers = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
    const depth = numbers.trim().split(/\s+/).length;
    return { pid, parent: Number(field[1]), started: field[19] ?? "", command, depth };
  } catch {
    return undefined; // ended meanwhile
  }
}

export const isAlive = ({ pid, started }: Process): boolean => read(pid)?.started === started;

/** All that descends from a process, without itself. */
export function below(pid: number, table: readonly Process[] = snapshot()): readonly Process[] {
  const children = table.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...below(child.pid, table)]);
}

/** Living processes, this one excepted, whose environment names `text`. */
export const carrying = (text: string): readonly Process[] =>
  snapshot().filter(({ pid }) => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/environ`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
