import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleFolder } from "../src/sync/bundle/bundle-folder.ts";
import { readFolder } from "../src/sync/bundle/read-folder.ts";
import { openRepository } from "../src/sync/repository/open-repository.ts";
import { type Bench, interleaved, program } from "./row.ts";

const sizes: readonly (readonly [what: string, files: number, bytes: number])[] = [
  ["bundle of 10 files of 2 kB", 10, 2_000],
  ["bundle of 200 files of 10 kB", 200, 10_000],
];

/** Reading an action's folder, its digest and its reproducible zip, against `zip -r` of the same folder. */
export const rows: Bench = async () => {
  if (spawnSync("zip", ["-v"]).status !== 0) {
    process.stdout.write("bundle: skipped, there is no zip on this machine to compare with\n");
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-"));
  try {
    const measured = [];
    for (const size of sizes) measured.push(await measure(folder, ...size));
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function measure(folder: string, what: string, files: number, bytes: number) {
  const root = join(folder, String(files));
  for (let index = 0; index < files; index++)
    write(join(root, "actions/one", `d${index % 7}/file-${index}.py`), textOf(bytes, index));
  const tree = (await openRepository(root)).workTree();
  const ours = async () => {
    const read = await readFolder(tree, "actions/one");
    if (read.issues.length > 0) throw new Error(read.issues[0]?.message);
    await bundleFolder(read.files);
  };
  let made = 0;
  const theirs = () =>
    program("zip", ["-q", "-r", join(root, `${made++}.zip`), "."], { cwd: join(root, "actions/one") });
  return { what, floor: "zip -r", ...(await interleaved(15, ours, theirs)), aim: undefined };
}

/** Text that compresses about as source does. */
function textOf(bytes: number, seed: number): string {
  let state = seed + 1;
  let text = "";
  while (text.length < bytes) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    text += `${" ".repeat(state % 9)}value_${state % 4099} = compute(${state % 977})\n`;
  }
  return text.slice(0, bytes);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
