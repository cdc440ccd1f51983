import type { ExecutionEnd } from "../../core/run/run-event.ts";

/** How an attempt to deliver ended. */
export interface Delivered {
  readonly end: ExecutionEnd;
  /** Whether another attempt may go better. */
  readonly again: boolean;
}
