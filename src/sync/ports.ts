import type { Applied, DesiredItem, ItemRef, LiveItem, Operation } from "../core/plan/plan.ts";

/** What a live server can do, so that a plan can refuse what it cannot carry. */
export interface Capabilities {
  /** "rota" keeps digests, ETags and a ledger; "openobserve" does not. */
  readonly kind: "rota" | "openobserve" | "memory";
  readonly version: string | undefined;
  readonly maxNameLength: number;
}

/** All that the planner sees of a live server: nothing here writes. */
export interface LiveState {
  /** Where it is, for messages: "http://127.0.0.1:5090". */
  readonly address: string;
  capabilities(): Promise<Capabilities>;
  /** Every item of every kind, in one request per kind whatever their number. Throws when incomplete. */
  list(): Promise<readonly LiveItem[]>;
  /** One item with its fields; undefined when it does not exist. */
  get(ref: ItemRef): Promise<LiveItem | undefined>;
}

export interface Performed {
  readonly id: string;
  readonly digest: string | undefined;
  readonly etag: string | undefined;
}

/** A live server that apply may write to. */
export interface SyncTarget extends LiveState {
  /**
   * Carries out one operation. `bundle` is asked for only when code has to travel.
   * Rejects with PreconditionFailed when the item is not the one that was planned against.
   */
  perform(
    operation: Operation,
    desired: DesiredItem | undefined,
    scope: string,
    bundle: () => Promise<Uint8Array>,
  ): Promise<Performed>;
}

/** The record of what was last applied, per scope. */
export interface Ledger {
  read(scope: string): Promise<Applied | undefined>;
  /** Compare-and-swap: false when the generation is not `from` any more. */
  advance(from: number, to: Applied): Promise<boolean>;
}
