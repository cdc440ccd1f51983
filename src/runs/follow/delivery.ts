import type { EnvValue, Notification, SecretReference } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Message } from "../../core/notification/message.ts";
import type { Run } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Sealer } from "../ports/around.ts";
import { type Beginning, newRun } from "../start/new-run.ts";
import { newRunId } from "../start/start-run.ts";
import { deliveryVersion } from "./built-in.ts";
import type { FollowingRun } from "./event-runs.ts";

/** What a run of the built-in action delivers, and where: its parameters. No value of a secret is among them. */
export type Delivery =
  | {
      readonly to: "url";
      readonly url: EnvValue;
      readonly format: "json" | "slack";
      readonly signature: SecretReference | null;
      readonly message: Message;
    }
  | { readonly to: "email"; readonly address: string; readonly message: Message };

/** The runs that deliver a message to where a notification says, one for each address. */
export function deliveries(
  sealer: Sealer,
  organization: string,
  target: Exclude<Notification["target"], { readonly action: string }>,
  message: Message,
  cause: Pick<Beginning, "trigger" | "actor" | "address">,
  now: Instant,
): readonly FollowingRun[] {
  const sent: readonly Delivery[] =
    "email" in target
      ? target.email.map((address, index) => ({
          to: "email",
          address,
          message: { ...message, id: `${message.id}-${index + 1}` },
        }))
      : [
          {
            to: "url",
            url: target.url,
            format: target.format ?? "json",
            signature: target.signature ?? null,
            message,
          },
        ];
  return sent.map((delivery) => ({
    run: newRun(sealer, deliveryVersion(organization), {
      id: newRunId(now),
      ...cause,
      key: delivery.message.id,
      alert: undefined,
      pinned: false,
      steps: [],
      values: delivery as unknown as JsonObject,
      now,
    }),
    input: undefined,
  }));
}

/** @throws TypeError for a run that delivers nothing. */
export function deliveryOf({ parameters }: Pick<Run, "parameters">): Delivery {
  if (parameters.to !== "url" && parameters.to !== "email")
    throw new TypeError("a run of the built-in action says nothing to deliver");
  return parameters as unknown as Delivery;
}
