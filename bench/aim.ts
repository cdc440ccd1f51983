import { percentile, type Row } from "./row.ts";

/** What a row has to hold. */
export type Aim =
  /** Median ≤ `atMost` × the floor's + `plus` (in the row's unit). */
  | { readonly atMost: number; readonly plus?: number }
  /** Median ≥ `atLeast` × the floor's: for rates, where more is better. */
  | { readonly atLeast: number }
  /** Median ≤ this, in the row's unit, whatever the floor. */
  | { readonly median: number }
  /** 99th percentile ≤ this, in the row's unit, whatever the floor. */
  | { readonly p99: number };

/** Median of what was measured by the median of its floor; undefined where there is no floor. */
export function ratio(row: Row): number | undefined {
  return row.floors.length === 0 ? undefined : percentile(row.measured, 0.5) / percentile(row.floors, 0.5);
}

/** Whether a row holds its aim; undefined: it has none. A row without samples holds nothing. */
export function holds(row: Row): boolean | undefined {
  const aim = asAim(row.aim);
  if (aim === undefined) return undefined;
  const median = percentile(row.measured, 0.5);
  const floor = percentile(row.floors, 0.5);
  if ("atMost" in aim) return median <= aim.atMost * floor + (aim.plus ?? 0);
  if ("atLeast" in aim) return median >= aim.atLeast * floor;
  if ("median" in aim) return median <= aim.median;
  return percentile(row.measured, 0.99) <= aim.p99;
}

/** As in `≤ 0.6 × + 5 ms`. */
export function aimText(row: Row): string {
  const aim = asAim(row.aim);
  const unit = row.unit ?? "ms";
  if (aim === undefined) return "";
  if ("atLeast" in aim) return `≥ ${aim.atLeast} ×`;
  if ("median" in aim) return `≤ ${aim.median} ${unit}`;
  if ("p99" in aim) return `p99 ≤ ${aim.p99} ${unit}`;
  return `≤ ${aim.atMost} ×${aim.plus === undefined ? "" : ` + ${aim.plus} ${unit}`}`;
}

const asAim = (aim: Row["aim"]): Aim | undefined => (typeof aim === "number" ? { atMost: aim } : aim);
