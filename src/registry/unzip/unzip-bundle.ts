import { crc32 } from "node:zlib";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { type BundleFile, type BundleMode, manifestName } from "../../core/bundle/bundle-file.ts";
import { entryNameProblems } from "../../core/bundle/entry-name.ts";
import { type BundleLimits, bundleLimits } from "../../core/bundle/limits.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import { RegistryError } from "../registry-error.ts";
import { checkFrame } from "./archive-frame.ts";
import { checkEntry } from "./check-entry.ts";
import { checkLayout } from "./check-layout.ts";
import { entryFileName } from "./entry-file-name.ts";
import { zipError } from "./zip-error.ts";

/** An archive's files, in memory: nothing is written before all of it was checked. */
export interface Unzipped {
  /** Sorted by path in code units; the manifest is not among them. */
  readonly files: readonly BundleFile[];
  /** The `action.yaml` at the top, where the archive has one. */
  readonly manifest: Uint8Array | undefined;
}

export interface UnzipOptions {
  readonly limits?: BundleLimits;
  /**
   * Take one folder that everything lies in for the archive's top, as users zip folders (the default).
   * Off where the sender says what the files' digest is, and so which names he means.
   */
  readonly stripTopFolder?: boolean;
}

/** Length of one record of the central directory without name, extra fields and comment (APPNOTE 4.3.12). */
const recordLength = 46;

interface Listed {
  readonly entry: Entry;
  readonly name: string;
  readonly mode: BundleMode | "folder";
}

/**
 * Reads an uploaded archive. Names, types, sizes, encryption and layout are checked for all entries
 * before the first byte of data is inflated; sizes and checksums again while it is. What desktops add
 * (`__MACOSX/`, `.DS_Store`) is left out. Rejects with RegistryError, kind "invalid", codes `ZIP_…`.
 */
export async function unzipBundle(bytes: Uint8Array, options: UnzipOptions = {}): Promise<Unzipped> {
  const limits = options.limits ?? bundleLimits;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = checkFrame(buffer);
  if (frame.entries > limits.entries)
    throw zipError("ZIP_TOO_LARGE", `it has ${frame.entries} entries; at most ${limits.entries} are taken`);
  try {
    const zip = await fromBufferPromise(buffer, { decodeStrings: false, validateEntrySizes: true });
    const listed = await listEntries(zip, limits, frame.size);
    await checkLayout(zip, listed, frame.directory);
    return await readAll(zip, named(listed, options.stripTopFolder ?? true), limits);
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause;
    const why =
      cause instanceof Error ? cause.message.replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200) : "unknown";
    throw zipError("ZIP_UNREADABLE", `it is damaged (${why})`, cause);
  }
}

async function listEntries(zip: ZipFile, limits: BundleLimits, directorySize: number): Promise<Listed[]> {
  const listed: Listed[] = [];
  let total = 0;
  let size = 0;
  for await (const entry of zip.eachEntry()) {
    size += recordLength + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    const name = entryFileName(entry);
    listed.push({ entry, name, mode: checkEntry(entry, name, limits) });
    total += entry.uncompressedSize;
    if (total > limits.totalSize)
      throw zipError("ZIP_TOO_LARGE", `it would have more than ${limits.totalSize} bytes when unpacked`);
  }
  if (size !== directorySize)
    throw zipError("ZIP_UNREADABLE", "its directory holds more than the entries that its end counts");
  return listed;
}

const litter = /^__MACOSX\/|(^|\/)\.DS_Store$/;

/** The files under the names that they will have; every name was checked as it came, folders too. */
function named(
  listed: readonly Listed[],
  strip: boolean,
): readonly (Listed & { readonly mode: BundleMode })[] {
  for (const { name, mode } of listed) {
    const [illegal] = entryNameProblems([mode === "folder" ? name.slice(0, -1) : name]);
    if (illegal !== undefined) throw zipError("ZIP_NAME", `the name ${illegal.message}`);
  }
  const wanted = listed.filter(({ name }) => !litter.test(name));
  const files = wanted.filter((item): item is Listed & { mode: BundleMode } => item.mode !== "folder");
  const folders = wanted.filter(({ mode }) => mode === "folder").map(({ name }) => name);
  const [clash] = entryNameProblems(files.map(({ name }) => name));
  if (clash !== undefined) throw zipError("ZIP_NAME", `the name ${clash.message}`);
  const asFile = new Set(files.map(({ name }) => name));
  const both = folders.find((name) => asFile.has(name.slice(0, -1)));
  if (both !== undefined) throw zipError("ZIP_NAME", `${shownName(both)} is a folder and a file`);
  const top = strip ? commonTop(files.map(({ name }) => name)) : "";
  const final = files.map((file) => ({ ...file, name: file.name.slice(top.length) }));
  // `top/C:x` is legal and `C:x` is not
  const [bared] = entryNameProblems(final.map(({ name }) => name));
  if (bared !== undefined) throw zipError("ZIP_NAME", `the name ${bared.message}`);
  return final;
}

/** "folder/" when every name begins with it; "" else. */
function commonTop(names: readonly string[]): string {
  const first = names[0] ?? "";
  const top = first.slice(0, first.indexOf("/") + 1);
  return top !== "" && names.every((name) => name.startsWith(top)) ? top : "";
}

async function readAll(
  zip: ZipFile,
  listed: readonly (Listed & { readonly mode: BundleMode })[],
  limits: BundleLimits,
): Promise<Unzipped> {
  const files: BundleFile[] = [];
  let manifest: Uint8Array | undefined;
  let total = 0;
  for (const { entry, name, mode } of listed) {
    const content = await readEntry(zip, entry, name, limits.totalSize - total);
    total += content.length;
    if (name === manifestName) manifest = content;
    else files.push({ path: name, mode, bytes: content });
  }
  files.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  return { files, manifest };
}

/** One entry's content: never more than it declared, never more than is left, and with the checksum it names. */
async function readEntry(zip: ZipFile, entry: Entry, name: string, left: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    size += (chunk as Buffer).length;
    if (size > left || size > entry.uncompressedSize)
      throw zipError("ZIP_TOO_LARGE", `${shownName(name)} is larger than its record says`);
    chunks.push(chunk as Buffer);
  }
  const content = Buffer.concat(chunks, size);
  if (size !== entry.uncompressedSize || crc32(content) !== entry.crc32)
    throw zipError("ZIP_DAMAGED", `the content of ${shownName(name)} is not what its record says`);
  return content;
}
