import type { Applied, ItemRef, OperationKind, Plan } from "../../core/plan/plan.ts";

/** What became of one operation. */
export type ItemReport = ItemRef & { readonly operation: OperationKind } & (
    | { readonly outcome: "done"; readonly id: string | undefined; readonly digest: string | undefined }
    | { readonly outcome: "failed"; readonly error: Failure }
    | { readonly outcome: "not-attempted"; readonly because: string }
  );

export interface Failure {
  /** A TargetErrorCode, or INTERNAL. */
  readonly code: string;
  readonly message: string;
}

/** What became of the record of what was applied. `lost`: another apply moved it first. */
export type LedgerReport =
  | { readonly state: "advanced" | "unchanged"; readonly generation: number }
  | { readonly state: "lost"; readonly generation: number | undefined }
  | { readonly state: "failed"; readonly error: Failure };

/** The end of an apply, whatever happened: never thrown half way. */
export interface ApplyReport {
  readonly plan: Plan;
  /** In the order of the plan. */
  readonly items: readonly ItemReport[];
  readonly unchanged: number;
  readonly ledger: LedgerReport;
  /** A full plan made afterwards, empty but for orphans when all went well; undefined where none was made. */
  readonly after: Plan | undefined;
  /** Why no plan was made afterwards, or why it is not empty. */
  readonly notConverged: string | undefined;
  /** The signal that stopped it: "SIGINT", "SIGTERM"; undefined when it ran to its end. */
  readonly cancelledBy: string | undefined;
  readonly exitCode: number;
  /** The command that does the rest; undefined when nothing is left to do. */
  readonly resume: string | undefined;
}

/** What apply tells while it works, for a progress bar or plain lines. */
export type ApplyEvent =
  | { readonly event: "planned"; readonly plan: Plan }
  | { readonly event: "preflight"; readonly total: number }
  | { readonly event: "started"; readonly item: ItemRef & { readonly operation: OperationKind } }
  | { readonly event: "ended"; readonly report: ItemReport; readonly done: number; readonly total: number }
  | { readonly event: "verifying" }
  | { readonly event: "ledger"; readonly ledger: LedgerReport; readonly applied: Applied | undefined };
