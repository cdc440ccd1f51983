import { constants } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isSecretName } from "../../core/access/secret-name.ts";
import { largestSecret } from "./stored-secrets.ts";

/** A folder of files that are secrets, as container platforms mount them. */
export interface SecretFolder {
  /** Absolute. It need not exist. */
  readonly folder: string;
  /** Files that are no secrets of actions, wherever a name in the folder leads to them: the server's own keys. */
  readonly notThese: readonly string[];
}

/**
 * The value in the file that is named like the secret, byte for byte; undefined: there is none. Kubernetes mounts
 * links, so they are followed; what they lead to must be a file.
 * Rejects with a sentence when it is there and cannot be used.
 */
export async function fromFolder(source: SecretFolder, name: string): Promise<Buffer | undefined> {
  if (!isSecretName(name)) return undefined;
  const path = join(source.folder, name);
  const refused = (why: string) => new Error(`The file ${path} of the secret "${name}" ${why}.`);
  // A pipe would wait for its writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw refused("cannot be read by the server");
  });
  if (handle === undefined) return undefined;
  try {
    const info = await handle.stat();
    if (!info.isFile() || (await isOneOf(source.notThese, info))) return undefined;
    if (info.size > largestSecret) throw refused(`is larger than ${largestSecret / 1024} KiB`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(largestSecret + 1), 0, largestSecret + 1, 0);
    if (bytesRead > largestSecret) throw refused(`is larger than ${largestSecret / 1024} KiB`);
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What secrets the folder holds, by name. */
export async function namesInFolder(source: SecretFolder): Promise<readonly string[]> {
  const entries = await readdir(source.folder).catch(() => []);
  const found: string[] = [];
  for (const name of entries.filter(isSecretName).sort()) {
    const info = await stat(join(source.folder, name)).catch(() => undefined);
    if (info?.isFile() && info.size > 0 && !(await isOneOf(source.notThese, info))) found.push(name);
  }
  return found;
}

const isAbsent = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "ENXIO", "ELOOP"].includes(String((error as NodeJS.ErrnoException).code));

/** The same file by any path or link. */
async function isOneOf(
  files: readonly string[],
  info: { readonly dev: number; readonly ino: number },
): Promise<boolean> {
  for (const file of files) {
    const other = await realpath(file)
      .then(stat)
      .catch(() => undefined);
    if (other?.dev === info.dev && other.ino === info.ino) return true;
  }
  return false;
}
