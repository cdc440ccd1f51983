import { UnreachableError } from "../target-error.ts";

/** Failures before a byte of the request was sent; whatever was asked surely did not happen. */
const beforeSending: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name could not be looked up",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
};

/** The sentence for a request that got no answer. `address` as configured, `seconds` as waited. */
export function fetchFailure(error: unknown, address: string, seconds: number): UnreachableError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = String((cause as { code?: unknown } | undefined)?.code ?? "");
  const notSent = Object.hasOwn(beforeSending, code);
  const reason =
    beforeSending[code] ??
    (error instanceof Error && error.name === "TimeoutError"
      ? `no answer within ${seconds} s`
      : cause instanceof Error && cause.message !== ""
        ? cause.message
        : "the connection broke");
  return new UnreachableError(
    `The server ${address} cannot be reached: ${reason}. Is it started, and is the address right ` +
      "(--server, ROTA_SERVER, rota.yaml)?",
    { cause: error, notSent },
  );
}
