import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderCache } from "../src/sync/repository/folder-cache.ts";
import { loadFolders } from "../src/sync/repository/load-folders.ts";
import { openRepository } from "../src/sync/repository/open-repository.ts";
import { type Bench, interleaved, program, type Row } from "./row.ts";

/**
 * What a plan does with git before it looks at a server: is anything dirty, which folders are there, and
 * what is known of those that did not change; against `git status` of the same folder. In this process,
 * so without Node's start.
 */
export const rows: Bench = async () => {
  const measured: Row[] = [];
  for (const count of [1_000, 10_000]) measured.push(await measure(count));
  return measured;
};

async function measure(count: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-"));
  try {
    fill(folder, count);
    await readSources(folder);
    const samples = await interleaved(
      15,
      () => readSources(folder),
      () => program("git", ["status", "--porcelain"], { cwd: folder }),
    );
    return { what: `sources of ${count} unchanged actions`, floor: "git status", ...samples, aim: 2 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readSources(folder: string): Promise<void> {
  const repository = await openRepository(folder);
  const changes = repository.changes();
  const tree = await repository.at();
  const [folders, cache] = await Promise.all([
    loadFolders(tree),
    FolderCache.open<{ digest: string; name: string }>(repository.cacheFolder, "bench"),
  ]);
  for (const { name, treeId } of folders)
    if (treeId !== undefined && cache.get(treeId) === undefined)
      cache.set(treeId, { digest: "0".repeat(64), name: name.repeat(20) });
  await cache.save();
  if ((await changes).length > 0) throw new Error("nothing was changed");
  await repository.close();
}

function fill(folder: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const action = join(folder, "actions", `action_${index}`);
    mkdirSync(action, { recursive: true });
    writeFileSync(
      join(action, "action.yaml"),
      `type: scheduled\nschedule: { cron: "${index % 60} * * * *" }\n`,
    );
    writeFileSync(join(action, "main.py"), `def main():\n    print(${index})\n`);
  }
  const author = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"];
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    [...author, "commit", "-q", "-m", "all"],
    ["gc", "-q"],
  ])
    program("git", args, { cwd: folder });
}
