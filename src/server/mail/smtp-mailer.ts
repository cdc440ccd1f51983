import { getCACertificates } from "node:tls";
import { isAddress } from "../../core/notification/is-address.ts";
import { redactor } from "../../core/redact/redactor.ts";
import type { Mail, Mailed, Mailer } from "../../runs/ports/mailer.ts";

/** A mail server, and whom mails are from. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else STARTTLS where the server offers it. */
  readonly isOverTls: boolean;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly from: string;
}

/** For a connection, a greeting, and each answer, ms. */
const patience = 10_000;

/**
 * Sends mail by SMTP. A login is sent over TLS alone, and the server's certificate is always checked: what Node trusts
 * (NODE_EXTRA_CA_CERTS adds to it), and `certificates` (PEM).
 */
export function smtpMailer(settings: MailSettings, certificates: readonly string[] = []): Mailer {
  const { host, port, isOverTls, login, from } = settings;
  const hidden = redactor(login === undefined ? [] : [login.password]);
  const options = {
    host,
    port,
    secure: isOverTls,
    requireTLS: login !== undefined,
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: {
      rejectUnauthorized: true,
      ...(certificates.length > 0 && { ca: [...getCACertificates("default"), ...certificates] }),
    },
  };
  const domain = from.slice(from.lastIndexOf("@") + 1);

  return {
    async send(mail, signal) {
      // It would be read as a list of them.
      if (!isAddress(mail.to))
        return { sent: false, problem: "What the mail goes to is not one address.", again: false };
      const { createTransport } = await import("nodemailer");
      const transport = createTransport(options);
      try {
        const info = await Promise.race([transport.sendMail(envelope(mail, from, domain)), left(signal)]);
        return { sent: true, told: hidden.sentence(`The mail server took it: ${oneLine(info.response)}`) };
      } catch (error) {
        return failed(error, `${host}:${port}`, hidden.sentence);
      } finally {
        transport.close();
      }
    },
  };
}

/** Addresses are objects: nothing in them is read as a list of others. */
const envelope = ({ to, subject, text, html, id }: Mail, from: string, domain: string) => ({
  from: { name: "Rota", address: from },
  to: { name: "", address: to },
  envelope: { from, to },
  subject,
  text,
  html,
  messageId: `<${id}@${domain}>`,
  headers: { "Auto-Submitted": "auto-generated", "X-Rota-Delivery": id },
});

function left(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(new Error("it was stopped"));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

/** A server that says no for good (5xx) has said so; 4xx (busy, greylisting) and silence may end. */
function failed(error: unknown, server: string, hide: (sentence: string) => string): Mailed {
  const { responseCode, response, code, message } = (error ?? {}) as {
    responseCode?: number;
    response?: string;
    code?: string;
    message?: string;
  };
  if (responseCode !== undefined) {
    const again = responseCode < 500;
    const more = again ? "" : "; it is not tried again";
    const problem = `The mail server ${server} refused it: ${oneLine(response ?? String(responseCode))}${more}.`;
    return { sent: false, problem: hide(problem), again };
  }
  if (code === "EAUTH" || code === "ETLS") {
    const problem = `The mail server ${server} cannot be logged in to: ${oneLine(message ?? code)}.`;
    return { sent: false, problem: hide(problem), again: code === "ETLS" };
  }
  const problem = `The mail server ${server} could not be reached: ${oneLine(message ?? "unknown reason")}.`;
  return { sent: false, problem: hide(problem), again: true };
}

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
