import type { SourceFile, SourceMode, SourceTree } from "../../../src/sync/source-tree.ts";

type Entry = string | { readonly mode: SourceMode; readonly text: string };

/** A source tree from a literal: paths to texts. */
export function memoryTree(entries: Readonly<Record<string, Entry>>): SourceTree {
  const files = new Map(
    Object.entries(entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, entry]) => [
        path,
        typeof entry === "string" ? { mode: "file" as const, text: entry } : entry,
      ]),
  );
  return {
    origin: "folder",
    commit: undefined,
    list: async (under) =>
      [...files]
        .filter(([path]) => under === undefined || path === under || path.startsWith(`${under}/`))
        .map(([path, { mode, text }]): SourceFile => ({ path, mode, size: Buffer.byteLength(text) })),
    read: async (path) => {
      const file = files.get(path);
      if (file === undefined) throw new Error(`no file ${path}`);
      return Buffer.from(file.text);
    },
  };
}
