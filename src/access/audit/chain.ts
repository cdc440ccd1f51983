import { createHmac } from "node:crypto";
import type { AuditPruned, AuditSeal } from "../ports/audit-chain.ts";
import type { AuditRow } from "../ports.ts";

/** What the first entry is linked to. */
export const beginning = "0".repeat(64);

/** How much of each link a seal keeps, hex digits. */
export const markLength = 16;

const link = (key: Uint8Array, before: string, text: string): string =>
  createHmac("sha256", key).update(before).update("\n").update(text).digest("hex");

/** The one text of an entry. */
const textOf = (row: AuditRow): string =>
  JSON.stringify([
    row.number,
    row.at,
    row.organization,
    row.actor,
    row.action,
    row.object,
    row.address ?? null,
    row.outcome ?? "done",
    row.detail ?? null,
    row.count ?? 1,
  ]);

/** Links of entries, each over the one before: whoever has no key cannot make one. */
export function links(key: Uint8Array, before: string, rows: readonly AuditRow[]): readonly string[] {
  let last = before;
  return rows.map((row) => {
    last = link(key, last, textOf(row));
    return last;
  });
}

/** The link of a seal itself, over the last of its entries: its own fields are sealed as well. */
export const sealLink = (key: Uint8Array, before: string, seal: Omit<AuditSeal, "hash" | "marks">): string =>
  link(key, before, JSON.stringify(["seal", seal.number, seal.first, seal.last, seal.at, seal.key]));

/** Says that the entries up to a seal were pruned, and that nobody else took them off. */
export const prunedMark = (
  key: Uint8Array,
  hash: string,
  { seal, last, key: keyNumber }: Omit<AuditPruned, "mark">,
): string => link(key, hash, JSON.stringify(["pruned", seal, last, keyNumber]));

/** A seal for entries that follow the one before: there is at least one. */
export function sealOf(
  key: { readonly number: number; readonly key: Uint8Array },
  before: Pick<AuditSeal, "number" | "hash"> | undefined,
  rows: readonly AuditRow[],
  at: number,
): AuditSeal {
  const all = links(key.key, before?.hash ?? beginning, rows);
  const seal = {
    number: (before?.number ?? 0) + 1,
    first: rows[0]!.number,
    last: rows.at(-1)!.number,
    at,
    key: key.number,
  };
  return {
    ...seal,
    hash: sealLink(key.key, all.at(-1)!, seal),
    marks: all.map((one) => one.slice(0, markLength)).join(""),
  };
}
