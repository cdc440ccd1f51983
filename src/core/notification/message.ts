import type { NotificationCause } from "../action/action.ts";
import type { JsonObject } from "../json.ts";

/** Why something is told: also several at once that were held back, and a test. */
export type Occasion = NotificationCause | "summary" | "test";

/** What is told, as the body of a webhook has it. The names of its fields are a contract. */
export interface Message extends JsonObject {
  /** Of this form: 1. */
  readonly version: number;
  /** The same for every attempt to deliver it, also by hand. */
  readonly id: string;
  readonly event: Occasion;
  readonly organization: string;
  readonly action: { readonly id: string; readonly name: string };
  /** One line. */
  readonly text: string;
  /** As `runFacts` has it; null: it is about several, or a test. */
  readonly run: JsonObject | null;
  /** Of event approval: who has to agree, how many, until when. */
  readonly approval: JsonObject | null;
  /** Of event summary: how many of each were held back, by cause. */
  readonly counts: JsonObject | null;
}

/** The line that says it all. */
export function headline(event: Occasion, action: string, run: JsonObject | null): string {
  const reason = typeof run?.reason === "string" && run.reason !== "" ? `: ${run.reason}` : "";
  switch (event) {
    case "failure":
      return `${action} ${ends[String(run?.state)] ?? "failed"}${reason}`;
    case "recovery":
      return `${action} succeeded again`;
    case "success":
      return `${action} succeeded`;
    case "approval":
      return `${action} waits for approval`;
    case "summary":
      return `${action} had more to tell than was sent`;
    case "test":
      return `This is a test of the notifications of ${action}`;
  }
}

const ends: Readonly<Record<string, string>> = {
  failed: "failed",
  timed_out: "took too long",
  interrupted: "was interrupted",
};

/** "35 failure, 2 recovery". */
export const countsText = (counts: JsonObject): string =>
  Object.entries(counts)
    .map(([cause, count]) => `${count} ${cause}`)
    .join(", ");
