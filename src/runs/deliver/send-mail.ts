import { mailText } from "../../core/notification/mail.ts";
import type { ExecutionEnd } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { toMilliseconds } from "../../core/time.ts";
import type { Delivery } from "../follow/delivery.ts";
import type { RunsParts } from "../service.ts";
import type { LogWriter } from "../work/log-writer.ts";
import type { Delivered } from "./work-delivery.ts";

/** Hands a mail to the mail server, once. */
export async function sendMail(
  { mailer, clock }: RunsParts,
  { address, message }: Extract<Delivery, { to: "email" }>,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<Delivered> {
  if (mailer === undefined) {
    const reason = "This server sends no mail: it was started without ROTA_SMTP_URL and ROTA_MAIL_FROM.";
    return { end: unmeasured("not_started", reason), again: false };
  }
  const began = clock.now();
  const mail = { to: address, ...mailText(message, undefined), id: message.id };
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
