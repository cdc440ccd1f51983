/**
 * `npm run bench [NAME…]`: runs the benches beside this file (all, or the named), prints each ratio with its
 * number of samples, and adds them to bench/RESULTS.md. Absolute times are not stable on shared machines;
 * the ratio to a floor that was measured in the same moments is. With ROTA_BENCH_QUICK=1 few samples are
 * taken, only to see that a bench works: they are not kept.
 */
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { basename } from "node:path";
import { type Bench, program, type Row } from "./row.ts";
import { line, table } from "./table.ts";

const results = "bench/RESULTS.md";
const wanted = process.argv.slice(2);
const names = globSync("bench/*.ts")
  .map((file) => basename(file, ".ts"))
  .filter((name) => !["aim", "main", "row", "table"].includes(name))
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

if (process.env.ROTA_BENCH_QUICK === "1")
  process.stdout.write(`\n${table(rows)}\n\nA quick run: not added to ${results}\n`);
else keep();

function keep(): void {
  const head =
    "# Results of `npm run bench`\n\nThe newest last. Times are medians and 99th percentiles in ms; what counts is the ratio of medians.\n";
  const today = new Date().toISOString().slice(0, 10);
  if (!existsSync(results)) appendFileSync(results, head);
  appendFileSync(results, `\n## ${today}, rota ${version()}\n\n${machine()}\n\n${table(rows)}\n`);
  process.stdout.write(`\nAdded to ${results}\n`);
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
