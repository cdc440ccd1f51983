import type { Instant, Milliseconds } from "../time.ts";

/** Who has to agree before a run starts, and who has. A run without one needs nobody's agreement. */
export interface RunApproval {
  /** E-mails and `role:NAME`; empty: whoever may approve runs of the action. */
  readonly approvers: readonly string[];
  /** Who started the runs that led to this one, by events, notifications and steps; absent: nobody did. */
  readonly startedBy?: readonly string[];
  /** How many have to agree. */
  readonly quorum: number;
  /** How long the question stays open. */
  readonly window: Milliseconds;
  readonly expiresAt: Instant;
  readonly onExpiry: "reject" | "approve";
  /** Not before this, whoever agrees: the delay of an alert's link; undefined: it has none. */
  readonly notBefore: Instant | undefined;
  readonly pins: Pins;
  /** granted: the run may start. */
  readonly state: "asked" | "granted";
  /** Those that count: a change of what was asked for voids them. */
  readonly votes: readonly Vote[];
  /** From 1; counts up when votes become void. */
  readonly round: number;
}

/** A person's agreement. One who does not agree ends the run at once. */
export interface Vote {
  readonly by: string;
  readonly at: Instant;
  readonly comment: string | undefined;
}

/** What was asked for, beside the version and the parameters that a run pins in any case. */
export interface Pins {
  /** The number of the action's version that was the current one. */
  readonly version: number;
  /** Digests of the providers that its steps may reach, by name. */
  readonly providers: Readonly<Record<string, string>>;
  /** Digests of the actions that its steps start, by name. */
  readonly actions: Readonly<Record<string, string>>;
}

/** Whether the run waits for people. */
export const isAsked = (approval: RunApproval | undefined): approval is RunApproval =>
  approval?.state === "asked";

/** "role:sre, ann@example.com": who may agree, as a person reads it. */
export const approversText = ({ approvers }: Pick<RunApproval, "approvers">): string =>
  approvers.length === 0 ? "whoever may approve its runs" : approvers.join(", ");

/** What a run that waits for people shows as its reason. */
export const askingReason = (approval: RunApproval): string =>
  `Waits for approval by ${approversText(approval)}: ${approval.votes.length} of ${approval.quorum} so far.`;
