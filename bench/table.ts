import { aimText, holds, ratio } from "./aim.ts";
import { percentile, type Row } from "./row.ts";

/** A row for the person who waits for it. */
export function line(row: Row): string {
  const missed = holds(row) === false ? ", MISSED" : "";
  const aim = row.aim === undefined ? "" : ` (aim ${aimText(row)}${missed})`;
  const notes = row.notes === undefined ? "" : `; ${row.notes}`;
  return `${against(row)}${aim}  ${row.what}, ${row.measured.length} samples${notes}`;
}

const against = (row: Row): string => {
  const times = ratio(row);
  const absolute = `${pair(row, row.measured)} ${row.unit ?? "ms"}`;
  return times === undefined ? absolute : `${times.toFixed(2)} × ${row.floor}`;
};

/** Rows as a table in Markdown. */
export function table(rows: readonly Row[]): string {
  return [
    "| what | median / p99 | floor | median / p99 | ratio | aim | samples | notes |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(cells).map((of) => `| ${of.join(" | ")} |`),
  ].join("\n");
}

function cells(row: Row): readonly (string | number)[] {
  const unit = row.unit === undefined ? "" : ` ${row.unit}`;
  const floors = row.floors.length === 0 ? "" : `${pair(row, row.floors)}${unit}`;
  const aim = `${aimText(row)}${holds(row) === false ? " **missed**" : ""}`;
  return [
    row.what,
    `${pair(row, row.measured)}${unit}`,
    row.floor ?? "",
    floors,
    ratio(row)?.toFixed(2) ?? "",
    aim,
    row.measured.length,
    // An error's text may hold what ends a cell.
    (row.notes ?? "").replaceAll(/[|\s]+/g, " "),
  ];
}

/** Median and the slow end, 99th percentile or, of a rate, the first; of a single sample, itself. */
function pair({ unit }: Row, samples: readonly number[]): string {
  const number = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
  const median = number(percentile(samples, 0.5));
  const slow = unit?.endsWith("/s") ? 0.01 : 0.99;
  return samples.length === 1 ? median : `${median} / ${number(percentile(samples, slow))}`;
}
