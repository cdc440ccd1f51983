import type { EnvValue } from "../../core/action/action.ts";
import { slackMessage } from "../../core/notification/slack.ts";
import { redactor } from "../../core/redact/redactor.ts";
import type { ExecutionEnd } from "../../core/run/run-event.ts";
import { unmeasured } from "../../core/run/unmeasured.ts";
import { toMilliseconds } from "../../core/time.ts";
import type { Delivery } from "../follow/delivery.ts";
import type { Task } from "../ports/executor.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { execute } from "../work/execute.ts";
import type { LogWriter } from "../work/log-writer.ts";
import type { Delivered } from "./delivered.ts";
import { signature } from "./signature.ts";

type Webhook = Extract<Delivery, { to: "url" }>;

/** Every status is an answer here, and this decides what it means. */
const anyStatus = Array.from({ length: 500 }, (_, index) => 100 + index);

/** Posts a message to its address, once. */
export async function sendWebhook(
  parts: RunsParts,
  { run, version }: Claimed,
  delivery: Webhook,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<Delivered> {
  const found = await valuesOf(parts, run.organization, [delivery.url, delivery.signature]);
  if ("missing" in found) return refused(missingText(found.missing));
  const url = filledIn(delivery.url, found.values).trim();
  const hidden = redactor([...found.values.values(), ...partsOf(delivery.url, url)]);
  const key = delivery.signature && filledIn(delivery.signature, found.values);
  const { message, format } = delivery;
  const body = Buffer.from(JSON.stringify(format === "slack" ? slackMessage(message) : message));
  const seconds = Math.floor(toMilliseconds(parts.clock.now()) / 1000);
  const { timeout, resources } = version.action;
  const task: Task = {
    run: run.id,
    program: {
      kind: "http",
      method: "POST",
      url,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "rota-notification",
        "X-Rota-Event": message.event,
        "X-Rota-Delivery": message.id,
        ...(key !== null && key !== undefined && { "X-Rota-Signature": signature(key, seconds, body) }),
      },
      body,
      expectStatus: anyStatus,
      expectContains: undefined,
      expectHeaders: {},
      expectJson: {},
      // Written in the manifest, or kept as a secret by whoever may set secrets.
      trusted: true,
    },
    place: { kind: "sandbox" },
    env: {},
    limits: { timeout, grace: 0, ...resources },
    network: true,
    isolation: "best",
    keep: undefined,
  };
  const { end, result } = await execute(parts, { task, input: nothing(), hidden }, writer, signal);
  return judge(end, result);
}

/** Busy servers are asked again, and those that did not answer; one that says no has said so. */
function judge(end: ExecutionEnd, result: Uint8Array | undefined): Delivered {
  if (end.end === "output_limit")
    // It answered, at length.
    return { end: { ...end, end: "failed" }, again: false };
  if (end.end !== "succeeded") return { end, again: end.end !== "cancelled" && end.end !== "not_started" };
  const status = result && (JSON.parse(Buffer.from(result).toString("utf8")) as { status: number }).status;
  if (status !== undefined && status >= 200 && status <= 299) return { end, again: false };
  const again = status === undefined || status === 429 || status >= 500;
  const more = again ? "" : "; it is not tried again";
  return { end: { ...end, end: "failed", reason: `The address answered ${status}${more}.` }, again };
}

const refused = (reason: string): Delivered => ({ end: unmeasured("not_started", reason), again: false });

const missingText = (name: string): string =>
  `It needs the secret "${name}", which has no value. Set it with: rota secrets set ${name}`;

async function valuesOf(
  { secrets }: RunsParts,
  organization: string,
  wanted: readonly (EnvValue | null)[],
): Promise<{ readonly values: ReadonlyMap<string, string> } | { readonly missing: string }> {
  const names = wanted.flatMap((one) => (one === null || typeof one === "string" ? [] : [one.secret]));
  if (names.length === 0) return { values: new Map() };
  const { values } = await secrets.values(organization, [...new Set(names)]);
  const missing = names.find((name) => (values.get(name) ?? "") === "");
  return missing === undefined ? { values } : { missing };
}

const filledIn = (value: EnvValue, values: ReadonlyMap<string, string>): string =>
  typeof value === "string" ? value : (values.get(value.secret) ?? "");

/** An address that is a secret is one in its parts as well: what is told of a request leaves out its query. */
function partsOf(written: EnvValue, url: string): readonly string[] {
  if (typeof written === "string" || !URL.canParse(url)) return [];
  const { pathname, search, origin } = new URL(url);
  return [url, `${origin}${pathname}`, pathname, search].filter((part) => part.length > 4);
}

async function* nothing(): AsyncIterable<Uint8Array> {}
