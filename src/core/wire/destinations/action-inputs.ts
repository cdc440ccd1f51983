/** The records that an action gets for a message, as the JSON text of a list, byte for byte as they were sent. */
export type ActionInputs =
  | { readonly ok: true; readonly inputs: Buffer }
  /** In OpenObserve's words. */
  | { readonly ok: false; readonly problem: string };

/** The most of a message that a refusal repeats. */
const shown = 200;

/** An object is one record, a list is its items; anything else is no message for an action. */
export function actionInputs(message: Buffer): ActionInputs {
  let value: unknown;
  try {
    value = JSON.parse(message.toString("utf8"));
  } catch {
    return { ok: false, problem: "Message should be valid JSON for actions: it is not" };
  }
  if (Array.isArray(value)) return { ok: true, inputs: message };
  if (typeof value === "object" && value !== null)
    return { ok: true, inputs: Buffer.concat([Buffer.from("["), message, Buffer.from("]")]) };
  const text = message.toString("utf8").trim().slice(0, shown);
  return { ok: false, problem: `Unsupported message format for actions: ${text}` };
}
