import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Json, sha256 } from "../../core/json.ts";

const mark = "rota-folder-cache 1";
/** Caches of as many (overlay, engine, options) are kept in one folder. */
const keptFiles = 8;
/** Entries of folders that are in no tree any more are carried on up to here, for branches that alternate. */
const keptEntries = 40_000;

/**
 * What was computed for a folder of a tree, remembered by its tree id, so that a folder that did not
 * change is neither listed, nor read, nor parsed again. `key` names everything else that the values
 * depend on (engine version, overlay's content, options): another key is another file.
 *
 * One file of lines `<tree id> <JSON>`, whose header carries a checksum. A file that is damaged, of
 * another version or unreadable is as good as none; a cache is never a reason to fail. Values are
 * parsed when they are asked for.
 */
export class FolderCache<T extends Json> {
  readonly #folder: string;
  readonly #file: string;
  /** Tree id -> its line's JSON. */
  readonly #lines: Map<string, string>;
  readonly #used = new Set<string>();
  #added = 0;

  private constructor(folder: string, file: string, lines: Map<string, string>) {
    this.#folder = folder;
    this.#file = file;
    this.#lines = lines;
  }

  /** Reads the cache of `key` in `folder`; an empty one when there is none, or no folder. */
  static async open<T extends Json>(folder: string | undefined, key: string): Promise<FolderCache<T>> {
    const file = `folders-${sha256(key).slice(0, 32)}.cache`;
    if (folder === undefined) return new FolderCache<T>("", file, new Map());
    const bytes = await readFile(join(folder, file)).catch(() => undefined);
    return new FolderCache<T>(folder, file, bytes === undefined ? new Map() : linesOf(bytes));
  }

  /** What was remembered for this tree id; undefined when nothing was. */
  get(treeId: string): T | undefined {
    const line = this.text(treeId);
    return line === undefined ? undefined : (JSON.parse(line) as T);
  }

  /** The same as JSON text, without spaces, for whoever needs only its beginning. */
  text(treeId: string): string | undefined {
    const line = this.#lines.get(treeId);
    if (line !== undefined) this.#used.add(treeId);
    return line;
  }

  set(treeId: string, value: T): void {
    this.#lines.set(treeId, JSON.stringify(value));
    this.#used.add(treeId);
    this.#added++;
  }

  /**
   * Writes what was added, beside the old file and then in its place: a reader sees one or the other,
   * whole. Answers false when there was nothing to write, or no place to write to.
   */
  async save(): Promise<boolean> {
    if (this.#added === 0 || this.#folder === "") return false;
    const temporary = join(this.#folder, `${this.#file}.${randomUUID()}.tmp`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, this.#serialized(), { flag: "wx", mode: 0o600 });
      await rename(temporary, join(this.#folder, this.#file));
      await removeOldest(this.#folder);
      this.#added = 0;
      return true;
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
      return false;
    }
  }

  #serialized(): Buffer {
    const all = [...this.#lines];
    const kept = all.length > keptEntries ? all.filter(([treeId]) => this.#used.has(treeId)) : all;
    const body = Buffer.from(kept.map(([treeId, json]) => `${treeId} ${json}\n`).join(""));
    return Buffer.concat([Buffer.from(`${mark} ${crc32(body)}\n`), body]);
  }
}

/** Decoded as one text, whose slices are the lines: 10,000 slices of the bytes took three times as long. */
function linesOf(bytes: Buffer): Map<string, string> {
  const lines = new Map<string, string>();
  const start = bytes.indexOf(10) + 1;
  const body = bytes.subarray(start);
  if (bytes.toString("latin1", 0, start) !== `${mark} ${crc32(body)}\n`) return lines;
  const text = body.toString("utf8");
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(" ", at);
    const end = text.indexOf("\n", space);
    lines.set(text.slice(at, space), text.slice(space + 1, end));
    at = end + 1;
  }
  return lines;
}

/** Keeps the newest few cache files; temporary files of a process that died an hour ago go too. */
async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^folders-[0-9a-f]{32}\.cache/.test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({
      name,
      at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  const caches = aged.filter(({ name }) => name.endsWith(".cache")).sort((left, right) => right.at - left.at);
  const dead = aged.filter(({ name, at }) => name.endsWith(".tmp") && Date.now() - at > 3_600_000);
  for (const { name } of [...caches.slice(keptFiles), ...dead]) await rm(join(folder, name), { force: true });
}
