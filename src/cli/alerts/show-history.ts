import type { Values } from "../command.ts";
import type { Client } from "../connection/client.ts";
import type { AlertEntryJson, AlertOutcomeJson } from "../connection/wire-alerts.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";
import { pageAsked } from "./page-asked.ts";

/** `rota alerts NAME`: what came in, what it matched, what ran. */
export async function showHistory(io: Io, server: Client, name: string, values: Values): Promise<number> {
  const page = await server.alertHistory(name, pageAsked(values));
  if (wantsJson(values)) {
    printJson(io, { name: page.name, items: page.items, next: page.next ?? null });
    return exitCode.done;
  }
  if (page.items.length === 0) io.out(neutralise(`${page.name} is declared, and was not received yet.`));
  for (const [at, entry] of page.items.entries()) {
    if (at > 0) io.out("");
    for (const line of entryLines(io, entry)) io.out(line);
  }
  if (page.next != null)
    io.note(neutralise(`There are more: rota alerts history '${page.name}' --cursor ${page.next}`));
  return exitCode.done;
}

function entryLines(io: Io, entry: AlertEntryJson): string[] {
  const { state, receiver, count, last_at: last, first_at: first } = entry;
  const times = count === 1 ? "once" : `${count} times, first ${exactTime(first)}`;
  const colour = state === "firing" ? "red" : "green";
  const facts: readonly (readonly [string, string])[] = [
    ["since", entry.starts_at == null ? "" : exactTime(entry.starts_at)],
    ["until", entry.ends_at == null ? "" : exactTime(entry.ends_at)],
    ["labels", texts(entry.labels)],
    ["summary", entry.annotations.summary ?? entry.annotations.description ?? ""],
    ["more", entry.url ?? ""],
  ];
  return [
    `${io.style(colour, state)} ${neutralise(`at ${receiver}, ${relativeTime(last, io.now())}  (${exactTime(last)}), ${times}`)}`,
    ...facts
      .filter(([, value]) => value !== "")
      .map(([key, value]) => `  ${key.padEnd(8)} ${neutralise(value)}`),
    ...entry.outcomes.map((outcome) => `  ${neutralise(outcomeText(outcome))}`),
    ...(entry.unmatched > 0
      ? [`  ${entry.unmatched} other ${entry.unmatched === 1 ? "link was" : "links were"} not matched`]
      : []),
  ];
}

function outcomeText({ action, link, kind, run, reason, key, count }: AlertOutcomeJson): string {
  const what = kind === "started" ? "started" : kind === "refused" ? "could not start" : `${kind}:`;
  const about = [
    `${what} ${action} (alerts[${link}])`,
    ...(run == null ? [] : [`run ${run}`]),
    ...(key == null ? [] : [`key ${JSON.stringify(key)}`]),
    ...(count > 1 ? [`${count} times`] : []),
  ].join(", ");
  return reason == null ? about : `${about}: ${reason}`;
}

const texts = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
