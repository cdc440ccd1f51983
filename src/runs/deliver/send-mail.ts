import { isAsked } from "../../core/approval/run-approval.ts";
import { mailText } from "../../core/notification/mail.ts";
import type { ExecutionEnd } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { toMilliseconds } from "../../core/time.ts";
import type { Delivery } from "../follow/delivery.ts";
import type { RunsParts } from "../service.ts";
import type { LogWriter } from "../work/log-writer.ts";
import type { Delivered } from "./delivered.ts";

/** Hands a mail to the mail server, once. */
export async function sendMail(
  { mailer, clock, store, approvalLink }: RunsParts,
  { address, message }: Extract<Delivery, { to: "email" }>,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<Delivered> {
  if (mailer === undefined) {
    const reason = "This server sends no mail: it was started without ROTA_SMTP_URL and ROTA_MAIL_FROM.";
    return { end: unmeasured("not_started", reason), again: false };
  }
  const began = clock.now();
  // Made now, so that it is nowhere but in the mail.
  const asked =
    message.event === "approval" && message.run !== null
      ? await store.get(message.organization, String(message.run.id))
      : undefined;
  const link = asked && isAsked(asked.approval) ? await approvalLink?.(asked, address) : undefined;
  const mail = { to: address, ...mailText(message, link), id: message.id };
  const mailed = await mailer.send(mail, signal);
  const duration = toMilliseconds(clock.now()) - toMilliseconds(began);
  const end: ExecutionEnd = { ...unmeasured("lost", ""), end: "succeeded", reason: undefined, duration };
  if (mailed.sent) {
    writer.say(mailed.told, clock.now());
    return { end, again: false };
  }
  if (signal.reason === "cancel")
    return { end: { ...end, end: "cancelled", reason: "Cancelled." }, again: false };
  return { end: { ...end, end: "failed", reason: mailed.problem }, again: mailed.again };
}
