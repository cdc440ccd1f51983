import type { Json } from "../json.ts";
import type { Problem } from "./http-url.ts";

type Headers = Readonly<Record<string, string>>;

/** They say how this one connection works, which is not the step's business. */
const ofTheConnection = new Set([
  ...["connection", "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization"],
  ...["proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
]);

/** The headers of a request: the provider's, and over them the step's, whatever the case of their names. */
export function httpHeaders(
  own: Readonly<Record<string, Json>>,
  provider: Headers,
): { readonly headers: Headers } | Problem {
  const merged = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of [...Object.entries(provider), ...Object.entries(own)]) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      return { problem: `${JSON.stringify(name)} cannot be the name of a header.` };
    const lower = name.toLowerCase();
    if (ofTheConnection.has(lower))
      return { problem: `The header ${name} is set by the connection itself: leave it out.` };
    const text = asText(value);
    if (text === undefined) return { problem: `The value of the header ${name} is no text.` };
    const wrong = problemOf(text);
    if (wrong !== undefined) return { problem: `The value of the header ${name} holds ${wrong}.` };
    merged.set(lower, [name, text]);
  }
  return { headers: Object.fromEntries(merged.values()) };
}

/** Never the value: it may be a secret. */
function problemOf(value: string): string | undefined {
  if (/[\r\n]/.test(value))
    return "a line break, which no header can have (a secret that was read from a file may end with one)";
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)) return "a control character";
  return /[^\u0000-\u00ff]/.test(value) ? "characters beyond Latin-1, which no header can have" : undefined;
}

/** A value of a template may be a number or yes and no; lists and maps have no text of their own. */
export const asText = (value: Json | undefined): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
