import type { Json, JsonObject } from "../json.ts";
import { asText, httpHeaders } from "./http-headers.ts";
import { httpUrl, type Problem, quoted } from "./http-url.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** A request with all that it needs. */
export interface HttpRequest {
  readonly method: (typeof methods)[number];
  /** Absolute, http or https, without a login. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: none. */
  readonly body: Uint8Array | undefined;
  /** undefined: any status from 200 to 299. */
  readonly expectStatus: readonly number[] | undefined;
  /** A text that the body must hold. */
  readonly expectContains: string | undefined;
  /** Headers that the answer must have, with these values; names in lower case. */
  readonly expectHeaders: Readonly<Record<string, string>>;
  /** What must stand in the JSON of the body, by JSON pointer. */
  readonly expectJson: Readonly<Record<string, Json>>;
  /**
   * Whether the host was written down by who made the action or the provider. One that came from a value (a
   * parameter, an alert, an output) must have a public address, unless the server's settings allow its network.
   */
  readonly trusted: boolean;
}

/**
 * The request that an http step means. `request`: what it says under `http`, with its templates evaluated and its
 * secrets filled in. `provider`: the one that it names, with the values of its secrets. `trusted`: what
 * `isTrustedUrl` says of the address as it was written. Problems are sentences, and hold no values of headers.
 */
export function httpRequest(
  request: JsonObject,
  provider: { readonly baseUrl: string; readonly headers: Readonly<Record<string, string>> } | undefined,
  trusted: boolean,
): HttpRequest | Problem {
  const method = methods.find((one) => one === (request.method ?? "GET"));
  if (method === undefined)
    return { problem: `${quoted(request.method ?? null)} is no method: use ${methods.join(", ")}.` };
  if (typeof request.url !== "string")
    return { problem: `The url ${quoted(request.url ?? null)} is no text.` };
  const query = texts(request.query, "The query parameter");
  if ("problem" in query) return query;
  const address = httpUrl(request.url, query.found, provider);
  if ("problem" in address) return address;
  const body = bodyOf(request.body);
  const given = httpHeaders(objectOf(request.headers), provider?.headers ?? {});
  if ("problem" in given) return given;
  const expected = expectations(objectOf(request.expect));
  if ("problem" in expected) return expected;
  return {
    method,
    url: address.url,
    headers: withType(given.headers, body?.type),
    body: body?.bytes,
    ...expected,
    trusted,
  };
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {};

function texts(
  value: Json | undefined,
  what: string,
): { readonly found: readonly (readonly [string, string])[] } | Problem {
  const found: (readonly [string, string])[] = [];
  for (const [name, item] of Object.entries(objectOf(value))) {
    const text = asText(item);
    if (text === undefined) return { problem: `${what} ${name} is no text: its value is ${quoted(item)}.` };
    found.push([name, text]);
  }
  return { found };
}

/** A text as it is, null for none, anything else as JSON. */
function bodyOf(body: Json | undefined): { readonly bytes: Uint8Array; readonly type: string } | undefined {
  if (body === undefined || body === null) return undefined;
  const [text, type] =
    typeof body === "string"
      ? [body, "text/plain; charset=utf-8"]
      : [JSON.stringify(body), "application/json"];
  return { bytes: new TextEncoder().encode(text), type };
}

function withType(
  headers: Readonly<Record<string, string>>,
  type: string | undefined,
): Readonly<Record<string, string>> {
  const hasOne = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return type === undefined || hasOne ? headers : { ...headers, "Content-Type": type };
}

type Expected = Pick<HttpRequest, "expectStatus" | "expectContains" | "expectHeaders" | "expectJson">;

function expectations({ status, contains, headers, json }: JsonObject): Expected | Problem {
  const statuses = status === undefined ? undefined : [status].flat();
  if (statuses?.some((one) => typeof one !== "number"))
    return { problem: `The status ${quoted(status ?? null)} that is expected is no status code.` };
  const text = asText(contains);
  if (contains !== undefined && text === undefined)
    return { problem: `The text that the body has to hold is ${quoted(contains)}, which is no text.` };
  const named = texts(headers, "What is expected of the header");
  if ("problem" in named) return named;
  return {
    expectStatus: statuses as readonly number[] | undefined,
    expectContains: text,
    expectHeaders: Object.fromEntries(named.found.map(([name, value]) => [name.toLowerCase(), value])),
    expectJson: objectOf(json),
  };
}
