import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Aim } from "./aim.ts";

/** One line of the results: what was measured against the floor of the same run. */
export interface Row {
  readonly what: string;
  /** What it is compared with: `node -e 0`, `git status`; undefined: nothing does the same. */
  readonly floor: string | undefined;
  /** Milliseconds, or the `unit` that both share. */
  readonly measured: readonly number[];
  /** Empty where there is no floor. */
  readonly floors: readonly number[];
  /** `runs/s`, `MB`; default: milliseconds. */
  readonly unit?: string;
  /** What we want to hold; a number: the ratio of medians to stay under; undefined: only watched. */
  readonly aim: Aim | number | undefined;
  /** Numbers beside the ratio: requests, megabytes. */
  readonly notes?: string;
}

/** What a bench file exports: `export const rows: Bench = async () => […]`. */
export type Bench = () => Promise<readonly Row[]>;

/** The value below which a share (0.5: the median) of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Times two things in turn, so that whatever slows the machine slows both; the first pair is thrown away.
 */
export async function interleaved(
  count: number,
  measured: () => unknown,
  floor: () => unknown,
): Promise<{ measured: number[]; floors: number[] }> {
  const result = { measured: [] as number[], floors: [] as number[] };
  for (let round = 0; round <= count; round++) {
    const floorTime = await timed(floor);
    const time = await timed(measured);
    if (round === 0) continue;
    result.floors.push(floorTime);
    result.measured.push(time);
  }
  return result;
}

/** Runs a program to its end and throws unless it succeeds. */
export function program(command: string, args: readonly string[], options: { cwd?: string } = {}): void {
  const { status, stderr, error } = spawnSync(command, args, { ...options, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${error ?? stderr}`);
}
