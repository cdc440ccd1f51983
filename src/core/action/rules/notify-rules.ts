import type { Path, Problem } from "../problem.ts";
import type { WrittenAction } from "../written/written.generated.ts";
import type { Rule } from "./rule.ts";

/** What a notification says beside its target has to go with that. */
function* fieldsOfAddress(action: WrittenAction): Iterable<Problem> {
  const { notify } = action;
  const isList = Array.isArray(notify);
  for (const [index, notification] of [notify ?? []].flat().entries()) {
    const path: Path = isList ? ["notify", index] : ["notify"];
    for (const key of ["format", "signature"] as const)
      if (notification[key] !== undefined && notification.url === undefined)
        yield {
          code: "NOTIFY_FORM",
          path: [...path, key],
          key: true,
          message: `"${key}" says how an address is posted to, and there is no url`,
          hint: "leave it out, or say url: in place of the target",
        };
    if (notification.format === "slack" && notification.signature !== undefined)
      yield {
        code: "NOTIFY_FORM",
        path: [...path, "signature"],
        key: true,
        message: "what is shaped for Slack is not signed: nobody would check it",
        hint: "leave signature out, or take format: json",
      };
    if (typeof notification.url === "string" && !isAddress(notification.url))
      yield {
        code: "NOTIFY_URL",
        path: [...path, "url"],
        message: "the url of a notification has to begin with http:// or https://, without a login in it",
        hint: "url: https://hooks.example.com/rota, or url: { secret: NAME }",
      };
  }
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    ["http:", "https:"].includes(url.protocol) &&
    url.username === "" &&
    url.password === ""
  );
}

export const notifyRules: readonly Rule[] = [fieldsOfAddress];
