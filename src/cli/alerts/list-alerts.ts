import type { Values } from "../command.ts";
import type { Client } from "../connection/client.ts";
import type { AlertListed } from "../connection/wire-alerts.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";
import { pageAsked } from "./page-asked.ts";

/** `rota alerts`: every alert that was received or declared. */
export async function listAlerts(io: Io, server: Client, values: Values): Promise<number> {
  const page = await server.alerts(pageAsked(values));
  const { items, next = null, overflow = [] } = page;
  if (wantsJson(values)) printJson(io, { items, next, overflow });
  else if (page.items.length === 0)
    io.out("No alert was received or declared yet. `rota alerts test FILE` tries one without a server.");
  else {
    for (const line of table(
      headings,
      page.items.map((one) => row(io, one)),
    ))
      io.out(line);
    for (const { of, name, count, last_at: at } of overflow)
      io.note(neutralise(`Beyond the limit of ${of} ${name}: ${count} in the minute of ${exactTime(at)}`));
    if (page.next != null) io.note(`There are more: rota alerts --cursor ${neutralise(page.next)}`);
  }
  return exitCode.done;
}

const headings = ["ALERT", "STATE", "RECEIVER", "LAST", "RECEIVED", "RUNS", "HELD BACK", "STARTS"];

const row = (io: Io, one: AlertListed) => [
  one.name,
  one.state ?? "never received",
  one.receiver,
  one.last_at == null ? "" : `${relativeTime(one.last_at, io.now())}  (${exactTime(one.last_at)})`,
  String(one.received),
  String(one.started),
  String(one.suppressed),
  one.actions.length === 0
    ? "(nothing)"
    : [...new Set(one.actions.map(({ name, start }) => `${name} ${start}`))].join("; "),
];
