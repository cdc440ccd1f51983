import type { Change } from "./change.ts";

/** An event that does not apply to the run as it is. */
export interface Refusal {
  readonly refused: "ENDED" | "NOT_NOW" | "ALREADY" | "NOT_ALLOWED";
  readonly message: string;
}

export const isRefusal = (decision: Change | Refusal): decision is Refusal => "refused" in decision;
