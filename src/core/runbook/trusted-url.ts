import { parseTemplate } from "../expression/template.ts";

/**
 * Whether the host of a step's address was written down by whoever made the action or its provider, and so did not
 * come from a value (a parameter, an alert, an output). `url`: as it stands in the action, before it is evaluated.
 */
export function isTrustedUrl(url: string, provider: { readonly baseUrl: string } | undefined): boolean {
  if (provider !== undefined) return true; // what comes of it stays below the base
  const parsed = parseTemplate(url);
  if (!parsed.ok) return false;
  const [first, ...more] = parsed.template.parts;
  if (first?.kind !== "text") return false;
  return more.length === 0 || /^https?:\/\/[^/?#\\\s]+[/?#]/i.test(first.text);
}
