import { noRetries } from "../../core/run/back-off.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { deliveryOf } from "../follow/delivery.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { happen } from "../work/insist.ts";
import { introduce } from "../work/introduce.ts";
import type { LogWriter } from "../work/log-writer.ts";
import type { Aside, Stops } from "../work/stops.ts";
import { workAttempt } from "../work/work-attempt.ts";
import type { Delivered } from "./delivered.ts";
import { sendMail } from "./send-mail.ts";
import { sendWebhook } from "./send-webhook.ts";

/** So many wait for an answer without holding a worker's place; a server that hangs keeps nobody from their runs. */
const mostAside = 32;
let aside = 0;

/** Works on a run of the built-in action: one attempt to deliver a notification. Never rejects. */
export function workDelivery(
  parts: RunsParts,
  claimed: Claimed,
  stops: Stops,
  stepAside: Aside,
): Promise<void> {
  return workAttempt(parts, claimed, stops, async (writer, signal) => {
    const started = await happen(parts, claimed, { kind: "started" });
    if (started?.kind !== "recorded") return undefined;
    introduce(writer, started.run, claimed.version, parts.clock.now());
    if (aside >= mostAside) return attempt(parts, claimed, writer, signal);
    aside += 1;
    try {
      return await stepAside(() => attempt(parts, claimed, writer, signal));
    } finally {
      aside -= 1;
    }
  });
}

async function attempt(
  parts: RunsParts,
  claimed: Claimed,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<RunEvent> {
  const { retries } = claimed.version.action;
  const delivery = deliveryOf(claimed.run);
  let delivered: Delivered;
  try {
    delivered =
      delivery.to === "url"
        ? await sendWebhook(parts, claimed, delivery, writer, signal)
        : await sendMail(parts, delivery, writer, signal);
  } catch (error) {
    // What it says may hold anything: the server's own log has it, not the run's.
    parts.report("delivering a notification", error);
    const reason = "The server failed to deliver it; its log tells more.";
    delivered = { end: { ...unmeasured("lost", reason), end: "failed" }, again: true };
  }
  const { end, again } = delivered;
  if (signal.reason === "server stops" && end.end !== "succeeded")
    return { kind: "lost", reason: "The server stopped while it ran.", retries };
  return { kind: "ended", end, retries: again ? retries : noRetries };
}
