import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Something sealed does not open: another key, another place, or altered bytes. It never says which value. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** What a seal is for; each purpose has a key of its own, so that no text of one opens as another. */
export type SealPurpose = "stored secrets" | "sealed parameters" | "audit key" | "sign-in flows";

/** Hides bytes from whoever has no key; what they belong to is bound to them. */
export interface Seal {
  /** Marks what was sealed with this key; tells nothing about it. */
  readonly keyId: string;
  /** `keyId.nonce.ciphertext`, in base64url. Sealing the same twice gives two texts. */
  seal(bytes: Uint8Array, belongsTo: readonly string[]): string;
  /** The bytes again, for the same owner. @throws SealError */
  open(sealed: string, belongsTo: readonly string[]): Buffer;
}

const nonceLength = 12;
const tagLength = 16;
const form = /^([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/**
 * AES-256-GCM under a key derived from the server's secret key (HKDF-SHA-256). Nonces are random: with 96 bits a key
 * may seal 2^32 values before two are likely enough to be equal to matter (NIST SP 800-38D).
 */
export function sealWith(secretKey: Uint8Array, purpose: SealPurpose): Seal {
  const key = derived(secretKey, `rota ${purpose} 1`, 32);
  const keyId = keyIdOf(secretKey);
  const bound = (belongsTo: readonly string[]) =>
    Buffer.from(JSON.stringify([purpose, ...belongsTo]), "utf8");
  return {
    keyId,
    seal(bytes, belongsTo) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bound(belongsTo));
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return `${keyId}.${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
    },
    open(sealed, belongsTo) {
      const [, id, nonce = "", text = ""] = form.exec(sealed) ?? [];
      if (id === undefined) throw new SealError("It is damaged.");
      if (id !== keyId) throw new SealError("It was sealed with another secret key.");
      const bytes = Buffer.from(text, "base64url");
      // Two spellings of the same bytes would be an alteration that nobody notices.
      if (bytes.toString("base64url") !== text) throw new SealError("It is damaged.");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
        authTagLength: tagLength,
      });
      decipher.setAAD(bound(belongsTo)).setAuthTag(bytes.subarray(-tagLength));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]);
      } catch {
        throw new SealError("It is damaged, or belongs to something else.");
      }
    },
  };
}

/** Names a key without telling anything about it. */
const keyIdOf = (secretKey: Uint8Array): string =>
  derived(secretKey, "rota key id 1", 8).toString("base64url");

const derived = (secretKey: Uint8Array, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secretKey, "", purpose, length));
