import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../sandbox/remove-tree.ts";
import { marker } from "./marker.ts";

/**
 * What was asked for within this time is about to be used, whatever the store says by now, or a warm interpreter
 * still has it open, ms.
 */
const recent = 30 * 60_000;
const leaving = ".leaving-";

/**
 * Removes environments from `folder` until those that stay are no larger than `most` bytes together: those first
 * that were asked for longest ago. One whose name is among `inUse` stays, however large; `inUse` is called only when
 * there is too much.
 */
export async function evict(
  folder: string,
  most: number,
  inUse: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.startsWith(leaving)) await removeTree(join(folder, name));
  const all = (await Promise.all(names.map((name) => look(folder, name)))).filter((one) => one !== undefined);
  let total = all.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return;
  const kept = await inUse();
  const before = Date.now() - recent;
  for (const { name, size, asked } of all.sort((a, b) => a.asked - b.asked)) {
    if (total <= most) return;
    if (kept.has(name) || asked > before) continue;
    const away = join(folder, `${leaving}${randomBytes(8).toString("hex")}`);
    const gone = await rename(join(folder, name), away).then(
      () => true,
      () => false, // another server was first
    );
    if (!gone) continue;
    total -= size;
    await removeTree(away);
  }
}

async function look(folder: string, name: string) {
  const file = join(folder, name, marker);
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const { size } = JSON.parse(text) as { size?: unknown };
    return { name, size: typeof size === "number" ? size : 0, asked: mtimeMs };
  } catch {
    return undefined; // no environment, or damaged: built anew when it is asked for
  }
}
