import { sha256 } from "../../src/core/json.ts";
import { itemKey } from "../../src/core/plan/pair.ts";
import type { Applied, DesiredItem } from "../../src/core/plan/plan.ts";
import { defaultPlanOptions, type PlanOptions } from "../../src/core/plan/plan-options.ts";
import type { ApplyReport } from "../../src/sync/apply/report.ts";
import type { Runtime } from "../../src/sync/apply/runtime.ts";
import type { Desired } from "../../src/sync/desired.ts";
import type { LiveServer } from "../../src/sync/ports.ts";
import type { ApplyRequest } from "../../src/sync/request.ts";
import { apply, plan } from "../../src/sync/sync.ts";
import { type MemoryServer, memoryTarget } from "../../src/sync/targets/memory-target.ts";
import { scope } from "../core/plan/items.ts";

/** Time stands still, waiting takes none, chance is even. */
export const stillRuntime: Runtime = { now: () => 0, random: () => 0.5, sleep: async () => {} };

/** Every flag set: what is not stopped by a foreign object goes through. */
export const allowAll: PlanOptions = {
  ...defaultPlanOptions,
  prune: true,
  allowEmpty: true,
  allowDeletes: true,
  allowUpdates: true,
  takeGit: { reason: "test" },
};

/** Items as git would say them; the bundle of an action is the text of its code digest. */
export const desired = (items: readonly DesiredItem[], over: Partial<Desired> = {}): Desired => ({
  items,
  source: (item) => ({
    bundle: async () => Buffer.from(item.code ?? ""),
    manifest: async () => `# ${item.name}\n`,
  }),
  scope,
  scopeWritten: true,
  prune: false,
  commit: sha256(items.map(({ digest }) => digest).join()).slice(0, 40),
  origin: "git",
  warnings: [],
  close: async () => {},
  ...over,
});

export const request = (
  server: LiveServer,
  items: readonly DesiredItem[],
  over: Partial<ApplyRequest> = {},
): ApplyRequest => ({
  load: async () => desired(items),
  server,
  organization: "default",
  engine: "rota test",
  options: allowAll,
  actor: "test@example.com",
  runtime: stillRuntime,
  ...over,
});

export const planFor = (server: LiveServer, items: readonly DesiredItem[], over?: Partial<ApplyRequest>) =>
  plan(request(server, items, over));

export const applyTo = (
  server: LiveServer,
  items: readonly DesiredItem[],
  over?: Partial<ApplyRequest>,
): Promise<ApplyReport> => apply(request(server, items, over));

export interface LiveLiteral {
  readonly item: DesiredItem;
  readonly managedBy: string | undefined;
}

/** A server in memory with these items, and a ledger that says that `applied` was applied. */
export async function serverWith(
  items: readonly LiveLiteral[],
  applied: readonly DesiredItem[] = [],
): Promise<MemoryServer> {
  const server = memoryTarget();
  for (const { item, managedBy } of items) {
    const { kind, name, digest, code, fields, protect } = item;
    server.put({ kind, name, digest, code, fields, protect, managedBy });
  }
  if (applied.length > 0) await server.ledger.advance(0, ledgerOf(server, applied));
  return server;
}

function ledgerOf(server: MemoryServer, applied: readonly DesiredItem[]): Applied {
  const ids = new Map(server.items().map((item) => [itemKey(item), item.id]));
  const items = applied.map((item) => ({
    kind: item.kind,
    name: item.name,
    id: ids.get(itemKey(item)) ?? "gone",
    digest: item.digest,
  }));
  return { generation: 1, scope, commit: "0".repeat(40), planId: "", actor: "", at: 0, items };
}
