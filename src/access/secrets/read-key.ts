import { createHash } from "node:crypto";
import { SecretKeyError } from "./secret-key-error.ts";

/**
 * A key as it is written: 64 hex digits or base64 of 32 bytes.
 * @param where what the sentence of a refusal names
 * @throws SecretKeyError, without the text
 */
export function readKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  const encoding = /^[0-9a-fA-F]{64}$/.test(trimmed) ? "hex" : "base64";
  const key = Buffer.from(trimmed, encoding);
  if (key.length !== 32 || !/^[0-9A-Za-z+/_-]+={0,2}$/.test(trimmed))
    throw new SecretKeyError(
      `${where} must hold 32 random bytes as 64 hex digits or as base64. Make one: openssl rand -hex 32`,
    );
  return key;
}

/** A key that the server may work with from now on. @throws SecretKeyError */
export function readNewKey(text: string, where: string): Buffer {
  const key = readKey(text, where);
  if (isPattern(key) || isText(key) || isPublished(key))
    throw new SecretKeyError(
      `${where} is no secret: it looks like an example. Make one: openssl rand -hex 32`,
    );
  return key;
}

/**
 * Keys that documents and examples print: one byte or a short text over and over, counting, two equal halves.
 * Thirty-two random bytes have fewer than sixteen different ones, or fewer than eight different steps, about once in
 * 10^17.
 */
function isPattern(key: Buffer): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < key.length; at++) steps.add((key[at]! - key[at - 1]! + 256) % 256);
  return new Set(key).size < 16 || steps.size < 8 || key.subarray(0, 16).equals(key.subarray(16));
}

/** A sentence, or the hex digits of a shorter key: of random bytes all are printable once in 10^13. */
const isText = (key: Buffer): boolean => key.every((byte) => byte >= 0x20 && byte < 0x7f);

/** AES-256 keys of NIST SP 800-38A and of the paper on GCM, and digests of words that people hash to get a key. */
const published: ReadonlySet<string> = new Set([
  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
  "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
  ...["", "secret", "password", "changeme", "test", "rota", "key", "secret key", "admin", "example"].flatMap(
    (word) => [word, `${word}\n`].map((text) => createHash("sha256").update(text).digest("hex")),
  ),
]);

const isPublished = (key: Buffer): boolean => published.has(key.toString("hex"));
