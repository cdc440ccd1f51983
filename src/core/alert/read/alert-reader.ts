import type { Json } from "../../json.ts";
import type { Alert } from "../alert.ts";

export type ReadAlerts =
  | { readonly ok: true; readonly alerts: readonly Alert[] }
  /** A sentence without its dot that says what was expected. */
  | { readonly ok: false; readonly problem: string };

/** Reads the body of a message to the receiver of a name. Never throws, whatever the JSON is. */
export type AlertReader = (body: Json, receiver: string) => ReadAlerts;
