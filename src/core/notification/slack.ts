import type { JsonObject } from "../json.ts";
import { commandsFor } from "./commands-for.ts";
import { countsText, type Message } from "./message.ts";

/** Characters of a text as it is sent: Slack refuses a section of more than 3000, and an escaped one counts as it is written. */
const longest = 2900;

/**
 * A message as Slack's incoming webhooks take it, and what understands the same. Whatever a run says is text: `&`, `<`
 * and `>` are escaped, so that it neither mentions anybody (`<!channel>`, `<@U1>`) nor hides where a link leads.
 */
export function slackMessage(message: Message): JsonObject {
  const line = slackText(message.text);
  const facts = [
    ...(message.run === null
      ? []
      : [`Run ${message.run.id}`, `started by ${message.run.actor} (${message.run.trigger})`]),
    ...(message.counts === null ? [] : [`Not sent one by one: ${countsText(message.counts)}`]),
    `organization ${message.organization}`,
  ];
  const commands = commandsFor(message);
  const section = (text: string): JsonObject => ({ type: "section", text: { type: "mrkdwn", text } });
  return {
    text: line,
    blocks: [
      section(`${icons[message.event]} *${line.replaceAll("*", "∗")}*`),
      ...(commands.length === 0
        ? []
        : [section(`\`\`\`${slackText(commands.join("\n")).replaceAll("`", "ˋ")}\`\`\``)]),
      { type: "context", elements: [{ type: "mrkdwn", text: slackText(facts.join(" · ")) }] },
    ],
    // Names such as @here are no mentions either.
    link_names: 0,
  };
}

const icons: Readonly<Record<Message["event"], string>> = {
  failure: ":red_circle:",
  recovery: ":large_green_circle:",
  success: ":large_green_circle:",
  approval: ":raised_hand:",
  summary: ":information_source:",
  test: ":information_source:",
};

function slackText(text: string): string {
  let sent = "";
  for (const character of text.toWellFormed()) {
    const escaped = entities[character] ?? character;
    if (sent.length + escaped.length > longest) return `${sent}…`;
    sent += escaped;
  }
  return sent;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
