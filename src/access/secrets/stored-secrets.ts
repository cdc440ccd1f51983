import { isSecretName, secretNameForm } from "../../core/access/secret-name.ts";
import type { Instant } from "../../core/time.ts";
import { AccessError } from "../access-error.ts";
import { auditEntry } from "../audit/audit-entry.ts";
import type { SecretStore, StoredSecret } from "../ports.ts";
import { type Principal, requirePermission } from "../principal.ts";
import type { Seal } from "./seal.ts";

/** What a value may have, bytes. */
export const largestSecret = 64 * 1024;

/** Who asks, when, and of which store. */
export interface SecretAsk {
  readonly store: Pick<SecretStore, "list" | "put" | "delete">;
  readonly seal: Seal;
  readonly principal: Principal;
  readonly now: Instant;
}

/** By name, never their values. @throws AccessError FORBIDDEN. */
export async function listSecrets({
  store,
  principal,
}: Pick<SecretAsk, "store" | "principal">): Promise<readonly StoredSecret[]> {
  requirePermission(principal, { type: "secrets", id: undefined, verb: "List" });
  return store.list({ organization: principal.organization });
}

/** Keeps a value byte for byte, in place of the one before. @throws AccessError FORBIDDEN, INVALID. */
export async function setSecret(
  { store, seal, principal, now }: SecretAsk,
  name: string,
  value: Uint8Array,
): Promise<StoredSecret> {
  requireName(name);
  requirePermission(principal, { type: "secrets", id: name, verb: "Put" });
  if (value.length === 0) throw new AccessError("INVALID", "The value is empty; nothing was set");
  if (value.length > largestSecret)
    throw new AccessError("INVALID", `The value is larger than ${largestSecret / 1024} KiB; nothing was set`);
  const { organization } = principal;
  return store.put({
    secret: { organization, name, sealed: seal.seal(value, [organization, name]) },
    audit: auditEntry(principal, now, "update", `secrets:${name}`),
  });
}

/** Forgets a value. @throws AccessError FORBIDDEN, INVALID, MISSING. */
export async function deleteSecret(
  { store, principal, now }: Omit<SecretAsk, "seal">,
  name: string,
): Promise<void> {
  requireName(name);
  requirePermission(principal, { type: "secrets", id: name, verb: "Delete" });
  const { organization } = principal;
  const audit = auditEntry(principal, now, "delete", `secrets:${name}`);
  if ((await store.delete({ organization, name, audit })) !== "written")
    throw new AccessError("MISSING", "The server keeps no secret of that name");
}

function requireName(name: string): void {
  if (!isSecretName(name)) throw new AccessError("INVALID", secretNameForm);
}
