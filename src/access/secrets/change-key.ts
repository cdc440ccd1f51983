import { readFile } from "node:fs/promises";
import { sealedParametersContext } from "../../core/run/sealed-parameters.ts";
import type { SecretStore } from "../ports.ts";
import { readKey } from "./read-key.ts";
import { SealError, type SealPurpose, sealWith } from "./seal.ts";
import { SecretKeyError } from "./secret-key-error.ts";

/** Keys that the store may have been sealed with before. */
export interface OldKeys {
  /** ROTA_OLD_SECRET_KEYS: one or several, with commas between. */
  readonly oldKeys: string | undefined;
  /** ROTA_OLD_SECRET_KEY_FILE: a file with one on each line. */
  readonly oldKeyFile: string | undefined;
}

/** @throws SecretKeyError */
export async function readOldKeys({ oldKeys, oldKeyFile }: OldKeys): Promise<readonly Buffer[]> {
  const given = (oldKeys ?? "").split(",").map((text) => ({ text, where: "ROTA_OLD_SECRET_KEYS" }));
  const lines =
    oldKeyFile === undefined
      ? []
      : (await readLines(oldKeyFile)).map((text) => ({ text, where: oldKeyFile }));
  return [...given, ...lines]
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, where }) => readKey(text, where));
}

async function readLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new SecretKeyError(`ROTA_OLD_SECRET_KEY_FILE names ${file}, which cannot be read.`);
  });
  return text.split("\n");
}

/**
 * Seals everything that the store holds anew, and makes the new key the store's, in one transaction: whoever is
 * stopped in between starts with the same settings again. What does not open with the old key was altered; it stays
 * as it is, and opens no more than before.
 */
export async function changeKey(
  store: Pick<SecretStore, "sealedContents" | "reseal">,
  old: { readonly key: Buffer; readonly check: string },
  next: { readonly key: Buffer; readonly check: string },
): Promise<{ readonly sealed: number; readonly altered: number }> {
  const before = await store.sealedContents({});
  let altered = 0;
  const anew = (purpose: SealPurpose) => {
    const [from, to] = [sealWith(old.key, purpose), sealWith(next.key, purpose)];
    return (sealed: string, belongsTo: readonly string[]): string => {
      try {
        return to.seal(from.open(sealed, belongsTo), belongsTo);
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        altered += 1;
        return sealed;
      }
    };
  };
  const [secret, parameters] = [anew("stored secrets"), anew("sealed parameters")];
  const auditKey = anew("audit key");
  const contents = {
    secrets: before.secrets.map(({ organization, name, sealed }) => ({
      organization,
      name,
      sealed: secret(sealed, [organization, name]),
    })),
    parameters: before.parameters.map(({ run, sealed }) => ({
      run,
      sealed: parameters(sealed, [sealedParametersContext(run)]),
    })),
    auditKeys: before.auditKeys.map(({ number, sealed }) => ({
      number,
      sealed: auditKey(sealed, [String(number)]),
    })),
  };
  await store.reseal({ from: old.check, to: next.check, contents });
  return { sealed: contents.secrets.length + contents.parameters.length - altered, altered };
}
