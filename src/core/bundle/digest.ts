import { createHash } from "node:crypto";
import { canonicalJson, type JsonObject, sha256 } from "../json.ts";
import { type BundleFile, manifestName } from "./bundle-file.ts";

/**
 * The digest of an action's code: lower-case hex SHA-256 over its files, `action.yaml` left out, in
 * the order of their paths as UTF-8 bytes. Each file is framed as
 *
 *     <mode> SP <length of path> SP <length of content> LF <path> <content>
 *
 * where mode is `100644` or `100755` (git's spelling), lengths are decimal numbers of bytes and path is
 * UTF-8. Every part is either of fixed form or counted before it comes, so no two lists of files have
 * the same frames. The inputs are digested, not the zip: a new zlib changes nothing.
 */
export function codeDigest(files: readonly BundleFile[]): string {
  const hash = createHash("sha256");
  for (const { path, file } of sortedByPath(files)) {
    const mode = file.mode === "executable" ? "100755" : "100644";
    hash.update(`${mode} ${path.length} ${file.bytes.length}\n`);
    hash.update(path);
    hash.update(file.bytes);
  }
  return hash.digest("hex");
}

function sortedByPath(files: readonly BundleFile[]): { path: Buffer; file: BundleFile }[] {
  return files
    .filter((file) => file.path !== manifestName)
    .map((file) => ({ path: Buffer.from(file.path, "utf8"), file }))
    .sort((left, right) => Buffer.compare(left.path, right.path));
}

/**
 * The digest of a version: its canonical effective action and its code. Names of secrets are in it,
 * values never, so rotating a secret changes no digest and a revert restores it.
 */
export const actionDigest = (canonical: JsonObject, code: string): string =>
  sha256(canonicalJson({ action: canonical, code }));
