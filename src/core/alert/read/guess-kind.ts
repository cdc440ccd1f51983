import type { Json } from "../../json.ts";
import type { ReceiverKind } from "../alert.ts";
import { firstText, member } from "./members.ts";

/** Which sender's form a message has, by what only that one says. */
export function guessKind(body: Json): ReceiverKind {
  if (Array.isArray(member(body, "alerts")))
    return member(body, "orgId") === undefined ? "alertmanager" : "grafana";
  if (Array.isArray(member(body, "inputs"))) return "openobserve";
  const first = Array.isArray(body) ? (body as readonly Json[])[0] : body;
  return firstText(first, ["alert_name"]) === undefined ? "json" : "openobserve";
}
