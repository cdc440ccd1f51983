import { actionDigest, codeDigest } from "../../src/core/bundle/digest.ts";
import { canonicalJson, type JsonObject, sha256 } from "../../src/core/json.ts";
import type { DesiredItem, ItemRef, LiveItem, Operation } from "../../src/core/plan/plan.ts";
import { bundleFolder } from "../../src/sync/bundle/bundle-folder.ts";
import type { ItemSource } from "../../src/sync/ports.ts";

/** A declared item with what travels with it: a real zip of real files. */
export interface Declared {
  readonly item: DesiredItem;
  readonly source: ItemSource;
}

/** A scheduled action of one Python file. */
export function declaredAction(name: string, fields: JsonObject = {}, body = "pass"): Declared {
  const entry = fields.type === "realtime" ? "data, logger" : "";
  const files = [
    { path: "main.py", mode: "file", bytes: Buffer.from(`def main(${entry}):\n    ${body}\n`) },
  ] as const;
  const code = codeDigest(files);
  const schedule: JsonObject = fields.type === "realtime" ? {} : { schedule: { cron: "0 6 * * *" } };
  const canonical = { type: "scheduled", ...schedule, ...fields, name };
  return {
    item: {
      kind: "action",
      name,
      digest: actionDigest(canonical, code),
      fields: canonical,
      code,
      serviceAccount: fields.serviceAccount as string | undefined,
      file: `actions/${name}/action.yaml`,
      protect: fields.protect === true,
    },
    source: {
      bundle: async () => (await bundleFolder(files)).zip,
      manifest: async () => "type: scheduled\n",
    },
  };
}

export function declaredAccount(name: string, ...objects: readonly string[]): Declared {
  const fields = { permissions: objects.map((object) => ({ object, permission: "AllowGet" })) };
  return {
    item: {
      kind: "service-account",
      name,
      digest: sha256(canonicalJson(fields)),
      fields,
      code: undefined,
      serviceAccount: undefined,
      file: "rota.yaml",
      protect: false,
    },
    source: { bundle: () => Promise.reject(new Error("no code")), manifest: async () => undefined },
  };
}

export function declaredProvider(name: string, fields: JsonObject): Declared {
  return {
    item: {
      kind: "provider",
      name,
      digest: sha256(canonicalJson(fields)),
      fields,
      code: undefined,
      serviceAccount: undefined,
      file: "rota.yaml",
      protect: false,
    },
    source: { bundle: () => Promise.reject(new Error("no code")), manifest: async () => undefined },
  };
}

/** Fields of an ssh provider, reached through another one or not. */
export const sshFields = (host: string, jump?: string): JsonObject => ({
  kind: "ssh",
  host,
  user: "ops",
  key: { secret: "ops_key" },
  hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
  ...(jump !== undefined && { jump }),
});

const operation = (ref: ItemRef, over: Partial<Operation>): Operation => ({
  kind: ref.kind,
  name: ref.name,
  operation: "create",
  reason: undefined,
  drift: false,
  id: undefined,
  etag: undefined,
  before: undefined,
  after: undefined,
  fields: [],
  codeChanged: false,
  ...over,
});

export const creation = ({ item }: Declared): Operation =>
  operation(item, { codeChanged: item.code !== undefined });

/** Makes what is live into `to`, under whatever name that has. */
export const update = (live: LiveItem, { item }: Declared): Operation =>
  operation(item, {
    operation: "update",
    id: live.id,
    etag: live.etag,
    codeChanged: item.code !== live.code,
  });

export const deletion = (live: LiveItem): Operation =>
  operation(live, { operation: "delete", id: live.id, etag: live.etag });
