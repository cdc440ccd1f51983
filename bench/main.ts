/**
 * `npm run bench [NAME…]`: runs the benches beside this file (all, or the named), prints each ratio with its
 * number of samples, and adds them to bench/RESULTS.md. Absolute times are not stable on shared machines;
 * the ratio to a floor that was measured in the same moments is.
 */
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { basename } from "node:path";
import { type Bench, percentile, program, type Row } from "./row.ts";

const results = "bench/RESULTS.md";
const wanted = process.argv.slice(2);
const names = globSync("bench/*.ts")
  .map((file) => basename(file, ".ts"))
  .filter((name) => !["main", "row"].includes(name))
  .sort();
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(", ")}; there are: ${names.join(", ")}\n`);
  process.exit(2);
}

program(process.execPath, ["tools/build.ts"]);
const rows: Row[] = [];
for (const name of names.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  const module = (await import(`./${name}.ts`)) as { rows?: Bench };
  if (module.rows === undefined) continue;
  process.stdout.write(`== ${name}\n`);
  for (const row of await module.rows()) {
    rows.push(row);
    process.stdout.write(`${line(row)}\n`);
  }
}

if (!existsSync(results))
  appendFileSync(
    results,
    "# Results of `npm run bench`\n\nThe newest last. Times are medians and 99th percentiles in ms; what counts is the ratio of medians.\n",
  );
appendFileSync(
  results,
  `\n## ${new Date().toISOString().slice(0, 10)}, rota ${version()}\n\n${machine()}\n\n${table(rows)}\n`,
);
process.stdout.write(`\nAdded to ${results}\n`);

function ratio(row: Row): number {
  return percentile(row.measured, 0.5) / percentile(row.floors, 0.5);
}

function line(row: Row): string {
  const aim = row.aim === undefined ? "" : ` (aim ≤ ${row.aim}${ratio(row) > row.aim ? ", MISSED" : ""})`;
  const notes = row.notes === undefined ? "" : `; ${row.notes}`;
  return `${ratio(row).toFixed(2)} × ${row.floor}${aim}  ${row.what}, ${row.measured.length} samples${notes}`;
}

function table(of: readonly Row[]): string {
  const number = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
  const times = (samples: readonly number[]) =>
    `${number(percentile(samples, 0.5))} / ${number(percentile(samples, 0.99))}`;
  return [
    "| what | median / p99 | floor | median / p99 | ratio | aim | samples | notes |",
    "|---|---|---|---|---|---|---|---|",
    ...of.map(
      (row) =>
        `| ${row.what} | ${times(row.measured)} | ${row.floor} | ${times(row.floors)} | ${ratio(row).toFixed(2)} | ` +
        `${row.aim === undefined ? "" : `≤ ${row.aim}`} | ${row.measured.length} | ${row.notes ?? ""} |`,
    ),
  ].join("\n");
}

/** What the figures depend on, and no name of anyone. */
function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `${availableParallelism()} cores (${model}), ${memory} GiB, ${platform()} ${arch()}, Node ${process.version}`;
}

function version(): string {
  return (JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version;
}
