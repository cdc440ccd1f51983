import type { Json, JsonObject } from "../../core/json.ts";
import type { Milliseconds } from "../../core/time.ts";
import {
  type Caller,
  type IngestAnswer,
  type OpenObserve,
  OpenObserveError,
  type SearchAnswer,
} from "./port.ts";

export interface RemoteSettings {
  /** Base address of a real OpenObserve, `ROTA_OPENOBSERVE_URL`; http or https, without credentials in it. */
  readonly url: string;
  /** The `Authorization` header to send; undefined: the caller's own. */
  readonly authorization: string | undefined;
  readonly timeout: Milliseconds;
  /** The largest answer that is read. */
  readonly mostBytes: number;
}

export const remoteDefaults = { timeout: 60_000, mostBytes: 64 * 1_048_576 } as const;

/** Forwards to a real OpenObserve. Throws RangeError for an address that is none. */
export function createRemote(settings: RemoteSettings): OpenObserve {
  const base = readBase(settings.url);
  const post = (path: string, body: Json, caller: Caller): Promise<JsonObject> =>
    send(settings, `${base}/api/${path}`, body, caller);
  return {
    async ingest({ organization, stream, records, caller }) {
      const path = `${encodeURIComponent(organization)}/${encodeURIComponent(stream)}/_json`;
      return (await post(path, records, caller)) as unknown as IngestAnswer;
    },
    async search({ organization, body, type, caller }) {
      const answer = await post(
        `${encodeURIComponent(organization)}/_search?type=${encodeURIComponent(type)}`,
        body,
        caller,
      );
      if (!Array.isArray(answer.hits)) throw new OpenObserveError(502, "OpenObserve's answer has no hits");
      return answer as SearchAnswer;
    },
    stop: () => Promise.resolve(),
  };
}

function readBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new RangeError("the address of OpenObserve must begin with http:// or https://");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new RangeError("the address of OpenObserve must be without credentials, query and fragment");
  return url.href.replace(/\/+$/, "");
}

async function send(settings: RemoteSettings, url: string, body: Json, caller: Caller): Promise<JsonObject> {
  const authorization = settings.authorization ?? caller.authorization;
  const signal = AbortSignal.timeout(settings.timeout);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(body),
      // A redirect would carry the credentials elsewhere.
      redirect: "error",
      signal,
    });
    const answer = readObject(await readBounded(response, settings.mostBytes));
    if (response.ok && answer !== undefined) return answer;
    throw refusal(response.status, answer);
  } catch (error) {
    if (error instanceof OpenObserveError) throw error;
    if (signal.aborted)
      throw new OpenObserveError(504, `OpenObserve did not answer within ${settings.timeout / 1000} s`);
    // The cause may name an address inside; who calls learns only that it failed.
    throw new OpenObserveError(502, "OpenObserve could not be reached");
  }
}

/** OpenObserve's own refusals are passed on; what is no answer of its API becomes a 502. */
function refusal(status: number, answer: JsonObject | undefined): OpenObserveError {
  const message = typeof answer?.message === "string" ? answer.message.slice(0, 2000) : undefined;
  if (status === 401 || status === 403)
    return new OpenObserveError(502, "OpenObserve refused the credentials");
  if (message !== undefined && status >= 400)
    return new OpenObserveError(status < 500 ? status : 502, message);
  return new OpenObserveError(502, `OpenObserve answered with status ${status} and no JSON object`);
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

async function readBounded(response: Response, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes)
      throw new OpenObserveError(502, `OpenObserve's answer has more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
