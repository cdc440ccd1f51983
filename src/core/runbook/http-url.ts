import type { Json } from "../json.ts";

/** Characters of an address; servers take hardly more. */
const longest = 8_000;

export interface Problem {
  /** A sentence. */
  readonly problem: string;
}

/**
 * The address that a request goes to: the step's own, or below that of its provider. Nothing in it can lead away from
 * there, whatever values came into it. A fragment is left out, as it is never sent.
 */
export function httpUrl(
  url: string,
  query: readonly (readonly [string, string])[],
  provider: { readonly baseUrl: string } | undefined,
): { readonly url: string } | Problem {
  if (/[\u0000-\u001f\u007f]/.test(url))
    return { problem: "The url holds a line break or a control character." };
  if (url.length > longest)
    return { problem: `The url is longer than ${longest.toLocaleString("en")} characters.` };
  if (climbs(url))
    return {
      problem: `The url ${quoted(url)} holds a ".." or "." as a part of its path: write the path that is meant.`,
    };
  const whole = provider === undefined ? absolute(url) : below(provider.baseUrl, url);
  if ("problem" in whole) return whole;
  const { url: found } = whole;
  if (found.username !== "" || found.password !== "")
    return { problem: "The url holds a login: send it as a header, as in Authorization: { secret: NAME }." };
  found.hash = "";
  const more = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  if (more !== "") found.search = found.search === "" ? more : `${found.search}&${more}`;
  return { url: found.href };
}

function absolute(url: string): { readonly url: URL } | Problem {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url))
    return {
      problem: `The url ${quoted(url)} is no whole address: write https://HOST/…, or name a provider of kind http whose baseUrl it is below.`,
    };
  const found = parsed(url);
  if (found === undefined || found.hostname === "")
    return { problem: `The url ${quoted(url)} is no address.` };
  return found.protocol === "http:" || found.protocol === "https:"
    ? { url: found }
    : { problem: `The url ${quoted(url)} is neither http nor https.` };
}

function below(baseUrl: string, url: string): { readonly url: URL } | Problem {
  const base = parsed(baseUrl);
  if (base === undefined) return { problem: `The provider's baseUrl ${quoted(baseUrl)} is no address.` };
  const away = {
    problem: `The url ${quoted(url)} leads away from the provider's ${baseUrl}: write a path below it.`,
  };
  if (/^[/\\]{2}/.test(url)) return away;
  const isWhole = /^[a-z][a-z0-9+.-]*:/i.test(url);
  const root = baseUrl.replace(/\/+$/, "");
  const path = url.replace(/^[/\\]/, "");
  // Where nothing but a query follows, or nothing at all, the base itself is meant.
  const found = parsed(isWhole ? url : url === "" || url.startsWith("?") ? root + url : `${root}/${path}`);
  if (found === undefined) return { problem: `The url ${quoted(url)} is no path.` };
  const folder = base.pathname.replace(/\/+$/, "");
  const inside = found.pathname === folder || found.pathname.startsWith(`${folder}/`);
  return found.origin === base.origin && inside ? { url: found } : away;
}

const parsed = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined);

/** Parts of the path that mean the folder above or this one, in any spelling that a server may take for them. */
function climbs(url: string): boolean {
  const [path = ""] = url.split(/[?#]/);
  const plain = path.replace(/%2e/gi, ".").replace(/%2f|%5c|\\/gi, "/");
  return plain.split("/").some((part) => /^\.\.?(;.*)?$/.test(part));
}

/** A value of the url may be long, and anything. */
export const quoted = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};
