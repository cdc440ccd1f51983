/** As in "700 ms", "1.5 s". */
export const secondsText = (ms: number): string =>
  ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(3))} s`;

/** As in "512 MiB"; what is no round number of a unit stays in bytes. */
export function bytesText(count: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const)
    if (count >= size && count % size === 0) return `${count / size} ${unit}`;
  return `${count} bytes`;
}
