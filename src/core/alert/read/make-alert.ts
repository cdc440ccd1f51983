import { canonicalJson, type Json, type JsonObject, sha256 } from "../../json.ts";
import { fromMilliseconds, type Instant } from "../../time.ts";
import type { Alert, AlertState } from "../alert.ts";
import { readTexts, type Texts } from "./read-texts.ts";

/** What a sender says of one alert, as it came. */
export interface SentAlert {
  readonly receiver: string;
  readonly name: string;
  readonly state: AlertState;
  readonly labels: Json | undefined;
  readonly annotations: Json | undefined;
  readonly fingerprint: Json | undefined;
  readonly startsAt: Json | undefined;
  readonly endsAt: Json | undefined;
  /** The first that is an address counts. */
  readonly urls: readonly (Json | undefined)[];
  readonly fields: JsonObject;
  readonly inputs: readonly Json[];
}

/** Characters. */
const longest = { name: 256, fingerprint: 128, url: 2048 };

/** An alert within our bounds, of what a sender may have said. */
export function makeAlert(sent: SentAlert): Alert {
  const labels = readTexts(sent.labels);
  const name = sent.name
    .replace(/[\x00-\x1f\x7f]/g, " ")
    .slice(0, longest.name)
    .toWellFormed();
  return {
    receiver: sent.receiver,
    name,
    state: sent.state,
    labels: labels.bounded,
    annotations: readTexts(sent.annotations).bounded,
    fingerprint: fingerprint(sent, labels),
    startsAt: readSentInstant(sent.startsAt),
    endsAt: readSentInstant(sent.endsAt),
    url: sent.urls.map(readUrl).find((url) => url !== undefined),
    fields: sent.fields,
    inputs: sent.inputs,
  };
}

/** The sender's own, else one of what tells series apart. */
function fingerprint({ fingerprint: own, receiver, name }: SentAlert, labels: Texts): string {
  const text = typeof own === "string" ? own.trim().toWellFormed() : "";
  if (text !== "" && text.length <= longest.fingerprint) return text;
  return sha256(canonicalJson(text === "" ? [receiver, name, labels.whole] : [receiver, text])).slice(0, 32);
}

const instantForm = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * RFC 3339, to the microsecond: two firings of one series may be closer than a millisecond. undefined also for the year
 * 1, which stands for "not yet" in Go programs.
 */
function readSentInstant(value: Json | undefined): Instant | undefined {
  const [, day, time, fraction = "", zone] = (typeof value === "string" && instantForm.exec(value)) || [];
  const ms = Date.parse(`${day}T${time}${zone?.toUpperCase()}`);
  return ms > 0 ? fromMilliseconds(ms) + Number(fraction.slice(0, 6).padEnd(6, "0")) : undefined;
}

/** An address for a person; never one of another scheme, nor with a password. */
function readUrl(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value.length > longest.url || !URL.canParse(value)) return undefined;
  const { protocol, username, password, href } = new URL(value);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && username === "" && password === "" ? href : undefined;
}
