import type { Json, JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";

/** Whose messages a receiver understands. */
export const receiverKinds = ["openobserve", "alertmanager", "grafana", "json"] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

export type AlertState = "firing" | "resolved";

/** One alert of a message, whoever sent it. */
export interface Alert {
  /** Name of the receiver that it came to. */
  readonly receiver: string;
  /** `labels.alertname`, or the sender's own field. */
  readonly name: string;
  readonly state: AlertState;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The same for everything that is said of one series: a firing and what resolves it, and no other one's. */
  readonly fingerprint: string;
  /** Since when it fires; undefined: the sender does not say, so that each message tells of a firing of its own. */
  readonly startsAt: Instant | undefined;
  readonly endsAt: Instant | undefined;
  /** Where a person reads more; http or https. */
  readonly url: string | undefined;
  /** Its part of the message as it was sent; what a sender says beyond the members above is found here. */
  readonly fields: JsonObject;
  /** The records that a real-time action gets for it (`main(data, logger)`). */
  readonly inputs: readonly Json[];
}
