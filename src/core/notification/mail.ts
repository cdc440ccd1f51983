import { escapeHtml } from "../escape-html.ts";
import { commandsFor } from "./commands-for.ts";
import { countsText, type Message } from "./message.ts";

/** A mail without its addresses. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const longestSubject = 150;
const forYouAlone = "The link is good for one answer, and it is yours: do not pass this mail on.";

/**
 * A message as a mail: plain text, and the same in HTML, in which everything is escaped. `link`: where the person whom
 * it goes to, and nobody else, may answer; undefined: there is none.
 */
export function mailText(message: Message, link: string | undefined): MailText {
  const { run, approval, counts } = message;
  const facts: readonly (readonly [string, unknown])[] = [
    ["Organization", message.organization],
    ["Action", message.action.name],
    ["Run", run?.id],
    ["State", run?.state],
    ["Reason", run?.reason],
    ["Started by", run === null ? undefined : `${run.actor} (${run.trigger})`],
    ["Started", run?.started_at],
    ["Ended", run?.ended_at],
    ["Approvers", Array.isArray(approval?.approvers) ? approval.approvers.join(", ") : undefined],
    ["Agreements needed", approval?.quorum],
    ["Expires", approval?.expires_at],
    ["Not sent one by one", counts === null ? undefined : countsText(counts)],
  ];
  const told = facts.filter(([, value]) => value !== undefined && value !== null && value !== "");
  const commands = commandsFor(message);
  const text = [
    message.text,
    "",
    ...told.map(([name, value]) => `${name}: ${value}`),
    ...(commands.length === 0 ? [] : ["", ...commands.map((command) => `  ${command}`)]),
    ...(link === undefined ? [] : ["", `Answer here: ${link}`, forYouAlone]),
    "",
  ].join("\n");
  const html = [
    `<p><strong>${escapeHtml(message.text)}</strong></p>`,
    `<table>${told.map(([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(String(value))}</td></tr>`).join("")}</table>`,
    ...(commands.length === 0 ? [] : [`<pre>${escapeHtml(commands.join("\n"))}</pre>`]),
    ...(link === undefined ? [] : [`<p><a href="${escapeHtml(link)}">Answer here</a><br>${forYouAlone}</p>`]),
  ].join("\n");
  return { subject: oneLine(`[Rota] ${message.text}`), text, html };
}

/** A subject is one line, whatever a reason says: no other header can be begun in it. */
function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line.length > longestSubject ? `${line.slice(0, longestSubject)}…`.toWellFormed() : line;
}
