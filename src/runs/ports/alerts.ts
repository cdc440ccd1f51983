import type { Alert } from "../../core/alert/alert.ts";
import type { RunId } from "../../core/run/run.ts";

/** Alerts of one message, from somebody who may send them. */
export interface AlertMessage {
  readonly organization: string;
  readonly receiver: string;
  /** E-mail of who sent it: the actor of the runs that it starts. */
  readonly sender: string;
  /** The run whose script sent it; absent: none. */
  readonly within?: RunId | undefined;
  /** Where it came from, for the audit. */
  readonly address: string | undefined;
  readonly alerts: readonly Alert[];
}

/** What became of a message, once all of it is kept. */
export interface AlertsTaken {
  /** Alerts of the message. */
  readonly received: number;
  readonly started: readonly { readonly run: RunId; readonly action: string; readonly alert: string }[];
  /** Starts that did not come about: a run of the key is alive, a cool-down, a limit. They are no runs. */
  readonly suppressed: number;
}
