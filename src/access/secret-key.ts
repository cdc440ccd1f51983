import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AccessStore } from "./ports.ts";

/** The secret key is missing, unreadable, wrong or public; the message says what to do. */
export class SecretKeyError extends Error {
  override readonly name = "SecretKeyError";
}

export interface SecretKeyNeeds {
  readonly store: Pick<AccessStore, "keyCheck" | "setKeyCheck">;
  readonly dataDir: string;
  /** ROTA_SECRET_KEY: 32 bytes in hex or base64. */
  readonly key: string | undefined;
  /** ROTA_SECRET_KEY_FILE: a file that holds such a text. */
  readonly keyFile: string | undefined;
}

/**
 * The server's secret key, 32 bytes. The first start writes a random one to `secret.key` in the data
 * folder (mode 0600), unless the settings name one. A store remembers which key it was made with.
 * @throws SecretKeyError when the key is missing, not the store's, readable by others, or no secret.
 */
export async function loadSecretKey(needs: SecretKeyNeeds): Promise<Buffer> {
  const expected = await needs.store.keyCheck({});
  const file = join(needs.dataDir, "secret.key");
  const key = (await fromSettings(needs)) ?? (await fromDataFolder(file, expected === undefined));
  const check = createHmac("sha256", key).update("rota key check 1").digest("hex");
  if (expected === undefined) await needs.store.setKeyCheck({ text: check });
  else if (!timingSafeEqual(Buffer.from(expected), Buffer.from(check)))
    throw new SecretKeyError(
      `The secret key is not the one that ${needs.dataDir} was made with. Restore that key (secret.key in the data folder, or ROTA_SECRET_KEY), or start with an empty data folder.`,
    );
  return key;
}

async function fromSettings({ key, keyFile }: SecretKeyNeeds): Promise<Buffer | undefined> {
  if (key !== undefined) return readKey(key, "ROTA_SECRET_KEY");
  if (keyFile === undefined) return undefined;
  const text = await readFile(keyFile, "utf8").catch(() => {
    throw new SecretKeyError(`ROTA_SECRET_KEY_FILE names ${keyFile}, which cannot be read.`);
  });
  return readKey(text, keyFile);
}

async function fromDataFolder(file: string, firstStart: boolean): Promise<Buffer> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) {
    if (firstStart) return writeKey(file);
    throw new SecretKeyError(
      `${file} is missing, and the data folder was made with a secret key. Restore the file, or give the key as ROTA_SECRET_KEY.`,
    );
  }
  if ((info.mode & 0o077) !== 0)
    throw new SecretKeyError(`${file} can be read by others. Run: chmod 600 ${file}`);
  return readKey(await readFile(file, "utf8"), file);
}

async function writeKey(file: string): Promise<Buffer> {
  const key = randomBytes(32);
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${key.toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return key;
}

function readKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  const encoding = /^[0-9a-fA-F]{64}$/.test(trimmed) ? "hex" : "base64";
  const key = Buffer.from(trimmed, encoding);
  if (key.length !== 32 || !/^[0-9A-Za-z+/_-]+={0,2}$/.test(trimmed))
    throw new SecretKeyError(
      `${where} must hold 32 random bytes as 64 hex digits or as base64. Make one: openssl rand -hex 32`,
    );
  if (isPattern(key))
    throw new SecretKeyError(
      `${where} is no secret: it looks like an example. Make one: openssl rand -hex 32`,
    );
  return key;
}

/**
 * Keys that documents and examples print: one byte or a short text over and over, or counting. Thirty-two
 * random bytes have fewer than sixteen different ones about once in 10^17, and equal steps never.
 */
function isPattern(key: Buffer): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < key.length; at++) steps.add((key[at]! - key[at - 1]! + 256) % 256);
  return new Set(key).size < 16 || steps.size === 1;
}
