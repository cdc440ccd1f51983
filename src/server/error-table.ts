import type { AccessErrorCode } from "../access/index.ts";
import { AccessError } from "../access/index.ts";
import { RegistryError, type RegistryErrorKind } from "../registry/index.ts";
import { RunRefused, type RunRefusedCode } from "../runs/index.ts";
import { StoreError } from "../store/index.ts";
import { HttpError } from "./http-error.ts";

/** What is answered for an error: `{code: status, message}`. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not the sender's doing: goes to the log. */
  readonly ours?: true;
}

/** OpenObserve answers 400 for what it cannot find, so clients do not rely on 404 (MISSING of an account is one). */
const accessStatus: Record<AccessErrorCode, number> = {
  UNAUTHENTICATED: 401,
  TOO_MANY_FAILURES: 429,
  FORBIDDEN: 403,
  INVALID: 400,
  EXISTS: 400,
  MISSING: 404,
  STALE: 412,
};
const registryStatus: Record<RegistryErrorKind, number> = {
  invalid: 400,
  "not-found": 400,
  precondition: 412,
};
const registryText: Readonly<Record<string, string>> = { ACTION_MISSING: "Action Script not found" };

const runStatus: Record<RunRefusedCode, number> = {
  ACTION_MISSING: 404,
  NOT_RUNNABLE: 400,
  PARAMETERS_INVALID: 400,
  INPUT_INVALID: 400,
  RUN_MISSING: 404,
  RUN_ENDED: 409,
  VOTE_REFUSED: 403,
  RUN_NOT_ENDED: 409,
  BUSY: 503,
};

const storeStatus: Readonly<Record<string, number>> = {
  BAD_CURSOR: 400,
  ACTION_GONE: 400,
  VERSION_MOVED: 409,
  UNAVAILABLE: 503,
  CLOSED: 503,
};

/** Sentences for what the HTTP layer refuses by itself. */
const httpText: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "The body is larger than this endpoint takes",
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    "Send a body as application/json (an upload as multipart/form-data, the value of a secret as application/octet-stream)",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "The body is not as long as Content-Length says",
  FST_ERR_CTP_INVALID_JSON_BODY: "The body is no valid JSON",
  FST_ERR_CTP_EMPTY_JSON_BODY: "The body is empty",
  FST_INVALID_MULTIPART_CONTENT_TYPE: "Send an upload as multipart/form-data",
  FST_REQ_FILE_TOO_LARGE: "The file is larger than this endpoint takes",
  FST_FILES_LIMIT: "An upload has one file",
  FST_FIELDS_LIMIT: "The upload has too many fields",
  FST_PARTS_LIMIT: "The upload has too many parts",
  FST_PROTO_VIOLATION: "A field of the upload has a forbidden name",
};

/** The one place that gives errors their status and text. Whatever is not known here is a bug of ours. */
export function refusalOf(error: unknown, requestId: string): Refusal {
  if (error instanceof HttpError)
    return { status: error.status, message: error.message, ...wait(error.retryAfter) };
  if (error instanceof AccessError) {
    const message = error.code === "FORBIDDEN" ? `Unauthorized Access: ${error.message}` : error.message;
    return { status: accessStatus[error.code], message, ...wait(error.retryAfter) };
  }
  if (error instanceof RegistryError)
    return { status: registryStatus[error.kind], message: registryText[error.code] ?? error.message };
  if (error instanceof RunRefused) return { status: runStatus[error.code], message: error.message };
  if (error instanceof StoreError && error.code in storeStatus) {
    const status = storeStatus[error.code] ?? 500;
    return { status, message: error.message, ...(status === 503 && { ours: true, ...wait(5) }) };
  }
  if (error instanceof DOMException && error.name === "AbortError")
    return { status: 503, message: "The server is stopping; what was started goes on at its next start" };
  return ofHttpLayer(error) ?? bug(requestId);
}

interface LayerError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly validation?: unknown;
  readonly validationContext?: unknown;
  readonly message?: unknown;
}

/** What Fastify and its parsers refuse; their own texts may repeat what was sent. */
function ofHttpLayer(error: unknown): Refusal | undefined {
  const { statusCode, code, validation, message } = (error ?? {}) as LayerError;
  if (Array.isArray(validation)) return { status: 400, message: String(message).slice(0, 500) };
  if (typeof statusCode !== "number" || statusCode < 400 || statusCode > 499) return undefined;
  return { status: statusCode, message: httpText[String(code)] ?? "The request is not valid" };
}

const bug = (requestId: string): Refusal => ({
  status: 500,
  message: `This is a bug of the server. Its log tells more under the request ${requestId}`,
  ours: true,
});

const wait = (seconds: number | undefined) =>
  seconds === undefined ? {} : { headers: { "retry-after": String(seconds) } };
