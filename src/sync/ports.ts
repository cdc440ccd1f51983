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
  /** Tells whether a secret of a name has a value there; undefined: this server cannot tell, or not to us. */
  secrets(): Promise<((name: string) => boolean) | undefined>;
  /** One item with its fields; undefined when it does not exist. */
  get(ref: ItemRef): Promise<LiveItem | undefined>;
}

export interface Performed {
  readonly id: string;
  readonly digest: string | undefined;
  readonly etag: string | undefined;
}

/** What travels with an item besides its fields; read only when it is asked for. */
export interface ItemSource {
  /** The zip of its code. */
  bundle(): Promise<Uint8Array>;
  /** The manifest as it was written, kept by the server for export; undefined where there is none. */
  manifest(): Promise<string | undefined>;
}

/** A live server that apply may write to. */
export interface SyncTarget extends LiveState {
  /**
   * Carries out one create, update or delete; a replace is several of them. An update finds its item by
   * `operation.id` and may give it another name. Code is asked for only when it has to travel.
   * Rejects with PreconditionFailed when the item is not the one that was planned against, with other
   * TargetErrors as the server answers; then nothing is known about whether it happened.
   */
  perform(
    operation: Operation,
    desired: DesiredItem | undefined,
    scope: string,
    source: ItemSource,
  ): Promise<Performed>;
}

/** The record of what was last applied, per scope. */
export interface Ledger {
  read(scope: string): Promise<Applied | undefined>;
  /** Compare-and-swap: false when the generation is not `from` any more. */
  advance(from: number, to: Applied): Promise<boolean>;
}

/** A live server with its record of syncs: what plan and apply work against. */
export interface LiveServer {
  readonly target: SyncTarget;
  readonly ledger: Ledger;
}
