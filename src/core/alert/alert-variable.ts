import type { JsonObject } from "../json.ts";
import { type Instant, toMilliseconds } from "../time.ts";
import type { Alert } from "./alert.ts";

/** Bytes of JSON. Together with names, instants and the address they stay below 64 KiB. */
const most = { labels: 24 * 1024, annotations: 16 * 1024, fields: 20 * 1024 };

const made = new WeakMap<Alert, JsonObject>();

/**
 * What expressions and runs know as `alert`, at most 64 KiB of JSON. What is not known is an empty text. Labels and
 * annotations are there in their order for as long as there is room; `fields` are there whole or not at all.
 */
export function alertVariable(alert: Alert): JsonObject {
  const known = made.get(alert);
  if (known !== undefined) return known;
  const variable = {
    name: alert.name,
    state: alert.state,
    status: alert.state,
    severity: Object.hasOwn(alert.labels, "severity") ? alert.labels.severity! : "",
    labels: asFarAsThereIsRoom(alert.labels, most.labels),
    annotations: asFarAsThereIsRoom(alert.annotations, most.annotations),
    startsAt: text(alert.startsAt),
    endsAt: text(alert.endsAt),
    fingerprint: alert.fingerprint,
    url: alert.url ?? "",
    receiver: alert.receiver,
    fields: size(alert.fields) > most.fields ? {} : alert.fields,
  };
  made.set(alert, variable);
  return variable;
}

function asFarAsThereIsRoom(texts: Readonly<Record<string, string>>, room: number): JsonObject {
  let left = room - 2;
  const fitting = Object.entries(texts).filter(([name, value]) => {
    left -= size({ [name]: value });
    return left >= 0;
  });
  return Object.fromEntries(fitting);
}

const size = (value: JsonObject): number => Buffer.byteLength(JSON.stringify(value));

const text = (instant: Instant | undefined): string =>
  instant === undefined ? "" : new Date(toMilliseconds(instant)).toISOString();
