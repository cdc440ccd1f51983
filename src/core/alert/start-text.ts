import type { Action, AlertLink } from "../action/action.ts";

/** "at once", "after 5m", "after 5m and approval", "at once when resolved": when a link starts its action. */
export function startText(
  { approval }: Pick<Action, "approval">,
  { start, on }: Pick<AlertLink, "start" | "on">,
): string {
  const waits = [
    ...(start.kind === "after" ? [spanText(start.delay)] : []),
    ...(start.kind === "approval" || approval?.required === true ? ["approval"] : []),
  ];
  const when = waits.length === 0 ? "at once" : `after ${waits.join(" and ")}`;
  return on.includes("firing") ? when : `${when} when resolved`;
}

/** A span as a manifest writes it: "90s" for 90,000 ms. */
export function spanText(ms: number): string {
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;
