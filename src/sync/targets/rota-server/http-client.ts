import type { Json, JsonObject } from "../../../core/json.ts";
import { printable } from "../../../core/plan/render/printable.ts";
import { authorizationHeader } from "../../../core/wire/authorization-header.ts";
import { AuthError, PreconditionFailed, TargetError } from "../target-error.ts";
import { fetchFailure } from "./fetch-failure.ts";
import { readJson, readText } from "./read-body.ts";
import { retryAfter } from "./retry-after.ts";
import { tokenSecrets } from "./token-secrets.ts";

/** Where a Rota server is, and as whom it is spoken to. */
export interface ServerAddress {
  /** "http://127.0.0.1:5090"; a path in front of /api is kept. */
  readonly address: string;
  /** An API token, or base64 of `email:password`. Never shown. */
  readonly token: string;
  readonly organization: string;
  /** Node's by default. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly json?: JsonObject;
  readonly form?: FormData;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: "*";
  /** Of the answer only texts of a list's items are read. */
  readonly flat?: boolean;
  /** Statuses that are answers, not failures; the caller looks at `status`. */
  readonly expect?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** Asks below `/api/{organization}`; `path` begins with "/". Rejects with TargetErrors only. */
export type HttpClient = (path: string, ask?: Ask) => Promise<Answer>;

const seconds = 60;
/** An upload may be big and prepares the action's environment. */
const uploadSeconds = 600;
/** 100,000 actions in one list. */
const bodyLimit = 128 * 1024 * 1024;
const errorLimit = 64 * 1024;

/**
 * A client over Node's fetch, which keeps connections alive. Redirects are not followed: the token would
 * go where nobody sent it.
 */
export function httpClient({
  address,
  token,
  organization,
  fetch = globalThis.fetch,
}: ServerAddress): HttpClient {
  const base = `${address.replace(/\/+$/, "")}/api/${encodeURIComponent(organization)}`;
  const secrets = tokenSecrets(token);
  return async (path, ask = {}) => {
    const wait = ask.form === undefined ? seconds : uploadSeconds;
    try {
      const response = await fetch(`${base}${path}`, {
        method: ask.method ?? "GET",
        headers: headers(ask, token),
        body: ask.form ?? (ask.json === undefined ? null : JSON.stringify(ask.json)),
        redirect: "manual",
        signal: AbortSignal.timeout(wait * 1000),
      });
      if (response.ok || ask.expect?.includes(response.status))
        return { status: response.status, body: await readJson(response, bodyLimit, ask.flat ?? false) };
      throw failure(response, redact(await said(response), secrets), address);
    } catch (error) {
      throw error instanceof TargetError ? error : fetchFailure(error, address, wait);
    }
  };
}

function headers(ask: Ask, token: string): Record<string, string> {
  return {
    accept: "application/json",
    authorization: authorizationHeader(token),
    ...(ask.json && { "content-type": "application/json" }),
    ...(ask.ifMatch !== undefined && { "if-match": `"${ask.ifMatch}"` }),
    ...(ask.ifNoneMatch && { "if-none-match": ask.ifNoneMatch }),
  };
}

/** What the server says about a failure: the envelope's message, or plain text (401 and 403 may have that). */
async function said(response: Response): Promise<string> {
  const text = (await readText(response, errorLimit, { fatal: false }).catch(() => "")) ?? "";
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : "";
  } catch {
    return /<html|<!doctype/i.test(text) ? "" : text.trim();
  }
}

function redact(text: string, secrets: readonly string[]): string {
  const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
  return shown.slice(0, 2000).trimEnd().split("\n").map(printable).join("\n");
}

function failure(response: Response, message: string, address: string): TargetError {
  const { status } = response;
  // Behind the first line, which is the sentence; those below it are what the server quotes.
  const detail = message === "" ? `status ${status}` : message.replace(/(?=\n|$)/, ` (status ${status})`);
  if (status === 401)
    return new AuthError(`${address} does not accept this token: ${detail}. Look at ROTA_TOKEN`);
  if (status === 403)
    return new AuthError(
      `This token may not do that: ${detail}. Ask for the permission, or use another token`,
    );
  if (status === 412) return new PreconditionFailed(`The server has another version: ${detail}`);
  if (status === 429)
    return new TargetError("RATE_LIMITED", `The server is busy: ${detail}`, wanted(response));
  if (status >= 500)
    return new TargetError(
      "SERVER_FAILED",
      `The server failed: ${detail}. Its log tells more`,
      wanted(response),
    );
  if (status >= 300 && status < 400)
    return new TargetError(
      "REFUSED",
      `${address} redirects to another address; use that one: ${printable(response.headers.get("location") ?? "")}`,
    );
  return new TargetError("REFUSED", `The server refused: ${detail}`);
}

function wanted(response: Response): { retryAfter?: number } {
  const span = retryAfter(response.headers.get("retry-after"), Date.now());
  return span === undefined ? {} : { retryAfter: span };
}
