import type { Json } from "../../json.ts";
import type { AlertState } from "../alert.ts";
import { firstText } from "./members.ts";

const words: ReadonlyMap<string, AlertState> = new Map([
  ["firing", "firing"],
  ["alerting", "firing"],
  ["resolved", "resolved"],
  ["ok", "resolved"],
  ["normal", "resolved"],
]);

/** The state that `status` or `state` names; undefined: another word. Without either an alert fires. */
export function readState(value: Json): AlertState | undefined {
  const word = firstText(value, ["status", "state"]);
  return word === undefined ? "firing" : words.get(word.toLowerCase());
}
