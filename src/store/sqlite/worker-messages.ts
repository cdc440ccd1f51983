import type { Failure } from "./describe-failure.ts";
import type { Answer, Call } from "./run-batch.ts";

export interface WorkerData {
  readonly path: string;
  /** Milliseconds since the epoch, for the record of migrations. */
  readonly now: number;
}
export type ToWorker = { readonly kind: "call"; readonly call: Call } | { readonly kind: "close" };
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "answers"; readonly answers: readonly Answer[] };
