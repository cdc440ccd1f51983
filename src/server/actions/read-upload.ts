import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { type ExecutionDetails, executionDetails } from "../../core/wire/action-status.ts";
import { isDeeperThan } from "../../core/wire/json-depth.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { HttpError } from "../http-error.ts";
import { readEnvText } from "./read-env.ts";

/** Bytes of one archive, as OpenObserve's ZO_PAYLOAD_LIMIT has it. */
export const mostBytes = 200 * 1024 * 1024;

/** An upload's fields as they came, each of them readable. */
export interface UploadForm {
  readonly name: string;
  readonly file: Buffer;
  readonly fileName: string;
  readonly executionDetails: ExecutionDetails;
  readonly serviceAccount: string | undefined;
  readonly description: string | undefined;
  readonly cron: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly id: string | undefined;
  /** The field `action`, parsed. */
  readonly action: unknown;
  readonly manifest: string | undefined;
  readonly managedBy: string | undefined;
  readonly codeDigest: string | undefined;
}

/**
 * Reads a multipart upload, with OpenObserve's words and in its order: what a field itself gets wrong as the
 * fields come, then what is missing. @throws HttpError 400, 413.
 */
export async function readUpload(request: FastifyRequest): Promise<UploadForm> {
  if (!request.isMultipart()) throw new HttpError(415, "Send an upload as multipart/form-data");
  if (!/;\s*boundary=("[^"]+"|[^\s;"]+)/i.test(request.headers["content-type"] ?? ""))
    throw new HttpError(400, "The Content-Type of the upload names no boundary");
  if (Number(request.headers["content-length"] ?? 0) > mostBytes + 4 * 1024 * 1024)
    throw new HttpError(413, `An upload has at most ${mostBytes} bytes`);
  const fields = new Map<string, string>();
  let file: Buffer | undefined;
  let fileName: string | undefined;
  for await (const part of partsOf(request)) {
    if (part.type === "file") {
      const bytes = await part.toBuffer().catch(refuseDamaged);
      if (part.fieldname !== "file") continue;
      if (bytes.length === 0) throw new HttpError(400, "File is missing or empty");
      file = bytes;
      fileName = part.filename || fileName;
      continue;
    }
    // Whatever was meant, form data carries line ends as CR LF (HTML's rule for multipart/form-data).
    const text = String(part.value).replaceAll("\r\n", "\n");
    if (part.valueTruncated || part.fieldnameTruncated)
      throw new HttpError(400, "A field of the upload is too long");
    checkField(part.fieldname, text);
    fields.set(part.fieldname, text);
    if (part.fieldname === "filename") fileName = text;
  }
  const name = fields.get("name");
  const execution = fields.get("execution_details") as ExecutionDetails | undefined;
  if (
    name === undefined ||
    execution === undefined ||
    file === undefined ||
    fileName === undefined ||
    !fields.has("owner") ||
    !fields.has("filename")
  )
    throw new HttpError(400, "Missing mandatory fields");
  const env = fields.get("environment_variables");
  return {
    name,
    file,
    fileName,
    executionDetails: execution,
    serviceAccount: fields.get("service_account"),
    description: fields.get("description"),
    cron: fields.get("cron_expr"),
    env: env === undefined ? undefined : readEnvText(env),
    id: fields.get("id"),
    action: readActionField(fields.get("action")),
    manifest: fields.get("manifest"),
    managedBy: fields.get("managed_by"),
    codeDigest: fields.get("code_digest"),
  };
}

/** The parts as they come. What breaks off is the sender's mistake, though the parser has no status for it. */
async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts({ limits: { fileSize: mostBytes } });
  } catch (error) {
    refuseDamaged(error);
  }
}

function refuseDamaged(error: unknown): never {
  if (error instanceof Error && "statusCode" in error) throw error;
  throw new HttpError(400, "The upload is damaged: it is no multipart/form-data from beginning to end");
}

/** What is wrong with a field by itself, in OpenObserve's words. */
const problems: Readonly<Record<string, (text: string) => string | undefined>> = {
  name: (text) => (text === "" ? "Name field is missing or empty" : undefined),
  file: () => "File is missing or empty",
  filename: (text) => (text === "" ? "Filename field is missing or empty" : undefined),
  execution_details: (text) =>
    (executionDetails as readonly string[]).includes(text) ? undefined : "Invalid execution details",
  id: (text) => (isKsuid(text) ? undefined : "Invalid ID"),
  managed_by: (text) => (isScope(text) ? undefined : "Invalid managed_by: it is a scope, like owner/repo"),
  code_digest: (text) =>
    /^[0-9a-f]{64}$/.test(text) ? undefined : "Invalid code_digest: it is a sha256 in lower-case hex",
};

/** A scope is one line, as it is the last one of a description. */
export const isScope = (text: string): boolean =>
  /^[^\p{Cc}\p{Cf}]{1,200}$/u.test(text) && text.trim() === text;

function checkField(field: string, text: string): void {
  if (field === "environment_variables") return void readEnvText(text);
  const problem = Object.hasOwn(problems, field) ? problems[field]?.(text) : undefined;
  if (problem !== undefined) throw new HttpError(400, problem);
}

function readActionField(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text);
  if (isDeeperThan(bytes, 100)) throw new HttpError(400, "Invalid JSON in action: it is nested too deep");
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === "__proto__") throw new RangeError("a member that would change a prototype");
      return value;
    });
  } catch {
    throw new HttpError(400, "Invalid JSON in action");
  }
}
