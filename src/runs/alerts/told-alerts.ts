import type { Instant } from "../../core/time.ts";
import type { ToldAlert } from "../ports/alert-store.ts";
import type { AlertMessage } from "../ports/alerts.ts";
import { newRunId } from "../start/start-run.ts";
import type { JudgedAlert } from "./judge-alerts.ts";

/** Characters of one text, and of all texts of an alert: the history holds tens of thousands of them. */
const longest = { text: 1_024, all: 8_192 };

/** The alerts of a message as the history tells them. */
export const toldAlerts = (
  { alerts }: AlertMessage,
  judged: readonly JudgedAlert[],
  now: Instant,
): readonly ToldAlert[] =>
  alerts.map(({ name, fingerprint, state, startsAt, endsAt, url, labels, annotations }, number) => ({
    ...{ id: newRunId(now), name, fingerprint, state, startsAt, endsAt, url },
    labels: shortened(labels),
    annotations: shortened(annotations),
    unmatched: judged[number]!.unmatched,
    judged: judged[number]!.judged.map((one) => ({ ...one, reason: cut(one.reason) })),
  }));

function shortened(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let left = longest.all;
  const kept: [string, string][] = [];
  for (const [name, text] of Object.entries(texts)) {
    const shown = cut(text);
    left -= name.length + shown.length;
    if (left < 0) break;
    kept.push([name, shown]);
  }
  return Object.fromEntries(kept);
}

const cut = (text: string): string => (text.length > longest.text ? `${text.slice(0, longest.text)}…` : text);
