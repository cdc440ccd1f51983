import type { Applied, DesiredItem, ItemRef, LiveItem, Operation } from "../../core/plan/plan.ts";
import type { ItemSource, LiveServer, Performed } from "../ports.ts";
import { PreconditionFailed, TargetError } from "./target-error.ts";

/** A live server in memory: the model that the real ones are held against. */
export interface MemoryServer extends LiveServer {
  /** All items, sorted by kind and name. */
  items(): readonly LiveItem[];
  /** Puts an item there by other hands than sync's, in place of one with its kind and name. */
  put(item: Omit<LiveItem, "id" | "etag">): LiveItem;
  /** Removes by other hands. */
  remove(ref: ItemRef): void;
  /** Code as it was uploaded, by item id. */
  code(id: string): Uint8Array | undefined;
}

/** An empty server in memory, with a ledger. Names are unique by kind, as on a Rota server. */
export function memoryTarget(): MemoryServer {
  const items = new Map<string, LiveItem>();
  const codes = new Map<string, Uint8Array>();
  const ledgers = new Map<string, Applied>();
  let counter = 0;

  const find = ({ kind, name }: ItemRef): LiveItem | undefined =>
    [...items.values()].find((item) => item.kind === kind && item.name === name);
  const store = (item: Omit<LiveItem, "etag">): LiveItem => {
    const stored = { ...item, etag: `v${++counter}` };
    items.set(item.id, stored);
    return stored;
  };
  const expected = ({ id = "", etag, kind, name }: Operation): LiveItem => {
    const item = items.get(id);
    if (item === undefined || item.kind !== kind || (etag !== undefined && item.etag !== etag))
      throw new PreconditionFailed(`${kind} ${name} is not what it was`);
    return item;
  };
  const refuseTaken = (ref: ItemRef, id: string | undefined): void => {
    const other = find(ref);
    if (other !== undefined && other.id !== id)
      throw new TargetError("REFUSED", `${ref.kind} with the same name already exists`);
  };

  async function write(
    operation: Operation,
    desired: DesiredItem,
    managedBy: string,
    source: ItemSource,
  ): Promise<Performed> {
    const old = operation.operation === "create" ? undefined : expected(operation);
    refuseTaken(desired, old?.id);
    if (old !== undefined && old.fields?.type !== desired.fields.type)
      throw new TargetError("REFUSED", "the type of an action cannot be changed");
    const bundle = operation.codeChanged && desired.code !== undefined ? await source.bundle() : undefined;
    // Reading the bundle took time: look again, as a server does within its transaction.
    if (old !== undefined) expected(operation);
    refuseTaken(desired, old?.id);
    const { kind, name, digest, code, fields, protect } = desired;
    const id = old?.id ?? `m${++counter}`;
    if (bundle !== undefined) codes.set(id, bundle);
    const { etag } = store({ kind, name, id, digest, code, fields, protect, managedBy });
    return { id, digest, etag };
  }

  function remove(operation: Operation): Performed {
    const { id } = expected(operation);
    items.delete(id);
    codes.delete(id);
    return { id, digest: undefined, etag: undefined };
  }

  const sorted = (): readonly LiveItem[] =>
    [...items.values()].sort((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));

  return {
    target: {
      address: "memory:",
      capabilities: async () => ({ kind: "memory", version: undefined, maxNameLength: 64 }),
      // As on a server, the list leaves the fields out.
      list: async () => sorted().map((item) => ({ ...item, fields: undefined })),
      secrets: async () => undefined,
      get: async (ref) => find(ref),
      perform: async (operation, desired, scope, source) =>
        desired === undefined ? remove(operation) : write(operation, desired, scope, source),
    },
    ledger: {
      read: async (scope) => ledgers.get(scope),
      advance: async (from, to) => {
        if ((ledgers.get(to.scope)?.generation ?? 0) !== from) return false;
        ledgers.set(to.scope, to);
        return true;
      },
    },
    items: sorted,
    put: (item) => store({ ...item, id: find(item)?.id ?? `m${++counter}` }),
    remove: (ref) => {
      const item = find(ref);
      if (item !== undefined) items.delete(item.id);
    },
    code: (id) => codes.get(id),
  };
}
