import { actionDigest } from "../../../src/core/bundle/digest.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { canonicalJson, sha256 } from "../../../src/core/json.ts";
import { makePlan, type Planned, type PlanRequest } from "../../../src/core/plan/make-plan.ts";
import { pair } from "../../../src/core/plan/pair.ts";
import type { Applied, DesiredItem, LiveItem } from "../../../src/core/plan/plan.ts";
import { defaultPlanOptions, type PlanOptions } from "../../../src/core/plan/plan-options.ts";

export const scope = "platform-team";

/** An action as git says it; `code` is any text that stands for the folder's files. */
export function action(name: string, fields: JsonObject = {}, code = "print(1)"): DesiredItem {
  const digest = sha256(code);
  const canonical = { type: "scheduled", ...fields, name };
  return {
    kind: "action",
    name,
    digest: actionDigest(canonical, digest),
    fields: canonical,
    code: digest,
    serviceAccount: fields.serviceAccount as string | undefined,
    file: `actions/${name}/action.yaml`,
    protect: fields.protect === true,
  };
}

export function account(name: string, ...permissions: readonly string[]): DesiredItem {
  const fields = { permissions: permissions.map((object) => ({ object, permission: "AllowGet" })) };
  return {
    kind: "service-account",
    name,
    digest: sha256(canonicalJson(fields)),
    fields,
    code: undefined,
    serviceAccount: undefined,
    file: "rota.yaml",
    protect: false,
  };
}

export function provider(name: string, fields: JsonObject = { kind: "host", user: "ops" }): DesiredItem {
  return {
    kind: "provider",
    name,
    digest: sha256(canonicalJson(fields)),
    fields,
    code: undefined,
    serviceAccount: undefined,
    file: "rota.yaml",
    protect: false,
  };
}

/** The same item as a server has it. */
export const live = (item: DesiredItem, over: Partial<LiveItem> = {}): LiveItem => ({
  kind: item.kind,
  name: item.name,
  id: `id-${item.name}`,
  digest: item.digest,
  code: item.code,
  fields: item.fields,
  managedBy: scope,
  protect: item.protect,
  etag: `etag-${item.digest.slice(0, 8)}`,
  ...over,
});

export const ledger = (...items: readonly DesiredItem[]): Applied => ({
  generation: 7,
  scope,
  commit: "c".repeat(40),
  planId: "p".repeat(64),
  actor: "ci@example.com",
  at: 0,
  items: items.map(({ kind, name, digest }) => ({ kind, name, id: `id-${name}`, digest })),
});

interface World {
  readonly desired?: readonly DesiredItem[];
  readonly live?: readonly LiveItem[];
  readonly applied?: Applied;
  readonly options?: Partial<PlanOptions>;
  readonly request?: Partial<PlanRequest>;
}

/** Plans a world that is written down as values. */
export const planned = ({ desired = [], live = [], applied, options, request }: World): Planned =>
  makePlan({
    pairs: pair(desired, live),
    applied,
    scope,
    commit: "0123456789abcdef0123456789abcdef01234567",
    server: "http://127.0.0.1:5090",
    organization: "default",
    engine: "rota 0.1.0",
    options: { ...defaultPlanOptions, ...options },
    warnings: [],
    hints: [],
    ...request,
  });
