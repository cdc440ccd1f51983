import { buffer } from "node:stream/consumers";
import { ZipArchive } from "archiver";
import { type BundleFile, manifestName, permissions } from "../../core/bundle/bundle-file.ts";
import { codeDigest } from "../../core/bundle/digest.ts";

/** The earliest time that a zip can say: 1980-01-01, the same for every entry of every bundle. */
const date = new Date("1980-01-01T00:00:00Z");

export interface Bundle {
  readonly zip: Uint8Array;
  /** sha256 hex of the inputs, see `codeDigest`. */
  readonly codeDigest: string;
}

/**
 * A reproducible zip of an action's files: same files, same bytes, whatever their order, the umask,
 * the locale or the time zone. `action.yaml` at the top is left out; an action without code makes a
 * valid zip without entries. Names must be legal (`entryNameProblems`), as `readFolder` sees to.
 *
 * Buffers are appended one by one in sorted order: archiver's `file` reads in the order in which the
 * disk answers (7 different byte streams in 200 runs) and takes its mode from the umask.
 */
export async function bundleFolder(files: readonly BundleFile[]): Promise<Bundle> {
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const written = buffer(archive);
  for (const { file } of inOrder(files))
    archive.append(asBuffer(file.bytes), { name: file.path, date, mode: permissions[file.mode] });
  await Promise.all([archive.finalize(), written]);
  return { zip: await written, codeDigest: codeDigest(files) };
}

function inOrder(files: readonly BundleFile[]): { key: Buffer; file: BundleFile }[] {
  return files
    .filter((file) => file.path !== manifestName)
    .map((file) => ({ key: Buffer.from(file.path), file }))
    .sort((left, right) => Buffer.compare(left.key, right.key));
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
