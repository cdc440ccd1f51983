import { type IncomingMessage, type RequestOptions, request as requestPlain } from "node:http";
import { request as requestOverTls } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import type { ResolvedAddress } from "./checked-addresses.ts";

/** One request of a chain of redirects. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Bytes that the headers of an answer may have. */
export const longestHeaders = 32 * 1024;

/**
 * Makes one request, on a connection of its own to one of these addresses and no other. Resolves when the headers of
 * the answer are there; rejects with the connection's error, or the signal's. Throws where the request cannot be made.
 */
export function requestOnce(
  hop: Hop,
  addresses: readonly ResolvedAddress[],
  secureContext: SecureContext | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isOverTls = hop.url.protocol === "https:";
  const hostname = hop.url.hostname.replace(/^\[(.*)\]$/, "$1");
  const options: RequestOptions = {
    method: hop.method,
    protocol: hop.url.protocol,
    hostname,
    port: hop.url.port || undefined,
    path: `${hop.url.pathname}${hop.url.search}`,
    headers: headersOf(hop),
    lookup: only(addresses),
    agent: false, // a new connection, without a proxy, closed afterwards
    maxHeaderSize: longestHeaders,
    insecureHTTPParser: false,
    signal,
  };
  const request = isOverTls
    ? requestOverTls({
        ...options,
        servername: isIP(hostname) === 0 ? hostname : "", // whatever the header Host says
        rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
        ...(secureContext && { secureContext }),
      })
    : requestPlain(options);
  return new Promise((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject); // also those that come once it has answered: the answer tells of them itself
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("it answered 101 Switching Protocols, which was not asked for"));
    });
    request.end(hop.body);
  });
}

function headersOf({ headers, body }: Hop): Record<string, string | number> {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const own = {
    "User-Agent": "rota",
    Accept: "*/*",
    "Accept-Encoding": "gzip, br",
    ...(body && { "Content-Length": body.byteLength }),
  };
  const missing = Object.entries(own).filter(([name]) => !given.has(name.toLowerCase()));
  return { ...headers, ...Object.fromEntries(missing) };
}

/** Answers with what was looked up and checked before, whatever is asked. */
const only =
  (addresses: readonly ResolvedAddress[]): LookupFunction =>
  (host, options, callback) => {
    const [first] = addresses;
    if (first === undefined)
      callback(Object.assign(new Error(`${host} has no address`), { code: "ENOTFOUND" }), []);
    else if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
