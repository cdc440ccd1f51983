import type { Json } from "../../json.ts";
import type { ReadAlerts } from "./alert-reader.ts";
import { makeAlert } from "./make-alert.ts";
import { firstText, isObject, member } from "./members.ts";
import { readState } from "./read-state.ts";

/** Members that a template usually has and that stay the same from one message of an alert to the next. */
const steady = ["severity", "org_name", "stream_type", "stream_name", "alert_type"];

/**
 * Whatever an alert's template of OpenObserve came to, or the body with which it calls an action: one alert. An object
 * is one record for a real-time action, a list is many, and anything else is refused in OpenObserve's own words.
 */
export function readOpenObserve(body: Json, receiver: string): ReadAlerts {
  const message = inTriggerBody(body);
  if (!isObject(message) && !Array.isArray(message))
    return {
      ok: false,
      problem: `Unsupported message format for actions: ${JSON.stringify(message).slice(0, 100)}`,
    };
  const inputs: readonly Json[] = Array.isArray(message) ? message : [message];
  const [first] = inputs;
  const labels = member(first, "labels");
  const name = firstText(first, ["alert_name", "alertname", "name"]) ?? firstText(labels, ["alertname"]);
  if (name === undefined || !isObject(first))
    return {
      ok: false,
      problem: 'The message names no alert: write "alert_name": "{alert_name}" into the alert\'s template',
    };
  return {
    ok: true,
    alerts: [
      makeAlert({
        receiver,
        name,
        // Its own alerts only fire; a template may say more, in words of its own.
        state: readState(first) ?? "firing",
        labels: { ...pick(first, steady), ...(isObject(labels) ? labels : {}) },
        annotations: member(first, "annotations"),
        fingerprint: member(first, "fingerprint"),
        startsAt: member(first, "startsAt"),
        endsAt: member(first, "endsAt"),
        urls: [member(first, "alert_url"), member(first, "url")],
        fields: first,
        inputs,
      }),
    ],
  };
}

/** OpenObserve puts what the template came to into `inputs`, beside its own members. */
function inTriggerBody(body: Json): Json {
  const inputs = member(body, "inputs");
  const isTrigger = member(body, "trigger_source") !== undefined || member(body, "trace_id") !== undefined;
  return isTrigger && Array.isArray(inputs) ? (inputs as readonly Json[]) : body;
}

const pick = (value: Json, keys: readonly string[]): Record<string, Json> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const found = member(value, key);
      return found === undefined ? [] : [[key, found]];
    }),
  );
