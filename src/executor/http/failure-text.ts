import { longestHeaders } from "./request-once.ts";
import { shownUrl } from "./shown-url.ts";

/** Why there is no answer, as a sentence: from the error of a connection, a name, a certificate or a stream. */
export function failureText(error: unknown, url: URL): string {
  const { code = "", message } = causeOf(error);
  const at = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
  const known = byCode[code]?.(url.hostname, at);
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return `What answers at ${at} does not speak HTTP (${code}).`;
  if (code.startsWith("ERR_SSL_") || code === "EPROTO")
    return `What answers at ${at} does not speak TLS as https needs it (${code}): is it http?`;
  if (code.startsWith("CERT_") || code.endsWith("_CERT") || code.includes("_CERT_"))
    return `The certificate of ${url.hostname} is not valid (${code}).`;
  if (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_FORMAT"))
    return `The body of ${shownUrl(url)} is compressed and damaged (${code}).`;
  return `The request to ${shownUrl(url)} failed: ${message.slice(0, 200)}${code === "" ? "" : ` (${code})`}.`;
}

interface Cause {
  readonly code?: string;
  readonly message: string;
}

/** Where several addresses were tried, what came of the first. */
function causeOf(error: unknown): Cause {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  return error instanceof Error ? (error as Cause) : { message: String(error) };
}

type Told = (host: string, at: string) => string;
const noAddress: Told = (host) => `The name "${host}" has no address: is it written as it should be?`;
const closed: Told = (_, at) => `${at} closed the connection before its answer was whole.`;
const unreachable: Told = (_, at) => `${at} cannot be reached from the server's machine.`;
const unknownIssuer: Told = (host) =>
  `The certificate of ${host} is signed by nobody whom the server knows: whoever runs it can name a file of ` +
  "certificates to trust with NODE_EXTRA_CA_CERTS.";

const byCode: Readonly<Record<string, Told>> = {
  ENOTFOUND: noAddress,
  ENODATA: noAddress,
  EAI_AGAIN: (host) => `The name "${host}" could not be looked up now: the server's DNS does not answer.`,
  ECONNREFUSED: (_, at) => `Nothing listens at ${at}: the connection was refused.`,
  ECONNRESET: closed,
  EPIPE: closed,
  ERR_STREAM_PREMATURE_CLOSE: closed,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ETIMEDOUT: (_, at) => `${at} does not answer.`,
  HPE_HEADER_OVERFLOW: (_, at) =>
    `The headers of what ${at} answers are longer than ${longestHeaders >> 10} KiB.`,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has expired.`,
  CERT_NOT_YET_VALID: (host) => `The certificate of ${host} is not valid yet.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate of what answers is not made for ${host}.`,
};
