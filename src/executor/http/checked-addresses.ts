import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import pLimit from "p-limit";
import { judgeAddress } from "./address-policy.ts";
import type { Network } from "./networks.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host's name; rejects with an error code of the system where there are none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/**
 * As the system does it, two names at a time: each takes one of Node's few threads, for as long as its DNS is silent,
 * and files need them too.
 */
export function resolveBySystem(): Resolve {
  const limited = pLimit(2);
  return (host) => limited(() => lookup(host, { all: true }));
}

/** Where requests may go. */
export interface Reach {
  readonly resolve: Resolve;
  readonly allow: readonly Network[];
}

/**
 * The addresses of a URL's host, looked up once and each of them checked: whoever connects to exactly these cannot be
 * led elsewhere by a name that changes its addresses meanwhile. Rejects where the name has none.
 */
export async function checkedAddresses(
  { hostname }: URL,
  asked: { readonly trusted: boolean; readonly redirected: boolean },
  { resolve, allow }: Reach,
  signal: AbortSignal,
): Promise<readonly ResolvedAddress[] | { readonly refused: string }> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const found = family === 0 ? await unlessAborted(resolve(host), signal) : [{ address: host, family }];
  for (const { address } of found) {
    const forbidden = judgeAddress(address, asked.trusted, allow);
    if (forbidden === undefined) continue;
    const what = host === address ? address : `"${host}" has the address ${address}, which`;
    const led = asked.redirected ? "The redirect leads elsewhere than it may: " : "";
    const way = forbidden.always ? never : asked.redirected ? redirected : fromValue;
    return { refused: `${led}${what} is ${forbidden.kind}. ${way(address)}` };
  }
  return found;
}

const never = (address: string) =>
  `No step may ask such addresses; whoever runs the server can open this one with ROTA_HTTP_ALLOW=${address}.`;
const fromValue = (address: string) =>
  "A host that comes from a value (a parameter, an alert, an output) must be public: write the host itself into the " +
  "step's url or into the baseUrl of a provider in rota.yaml, or whoever runs the server opens its network with " +
  `ROTA_HTTP_ALLOW=${address}.`;
const redirected = (address: string) =>
  "A redirect to another host must lead to a public address: name that host in the step's url or in a provider in " +
  `rota.yaml, or whoever runs the server opens its network with ROTA_HTTP_ALLOW=${address}.`;
