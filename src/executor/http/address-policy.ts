import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { type AddressKind, kindOf, unwrap } from "./address-kind.ts";
import { type Address, isIn, lastOf, type Network } from "./networks.ts";

/** Kinds that no step is let to, whoever wrote its address, with what they are called. */
const closed: Partial<Record<AddressKind, string>> = {
  "link-local": "a link-local address, as those of cloud metadata are",
  metadata: "a cloud's metadata service, which hands out the machine's credentials",
  unspecified: "an address that means no machine, or any",
  multicast: "a multicast address",
  broadcast: "the broadcast address",
};

/** Kinds that a step is let to where its host was written down. */
const internal: Partial<Record<AddressKind, string>> = {
  loopback: "this machine itself",
  private: "in a private network",
  reserved: "in a network that is reserved for special uses",
};

/** Why an address is not asked: its kind in words, and whether a host that was written down would do. */
export interface Forbidden {
  readonly kind: string;
  readonly always: boolean;
}

/**
 * Whether a request may go to an address. `trusted`: its host was written down by who made the action or the provider.
 * `allow`: networks that the server's settings open. undefined: it may.
 */
export function judgeAddress(
  text: string,
  trusted: boolean,
  allow: readonly Network[],
): Forbidden | undefined {
  if (isIP(text) === 0) return { kind: "no address", always: true };
  const address = unwrap(ipaddr.parse(text));
  const kind = kindOf(address);
  if (allow.some((network) => isIn(address, network) && opens(network, kind))) return undefined;
  const isClosed = closed[kind];
  if (isClosed !== undefined) return { kind: isClosed, always: true };
  const isInternal = internal[kind];
  return trusted || isInternal === undefined ? undefined : { kind: isInternal, always: false };
}

/** What nobody is let to is opened only by naming it: not by a network that it happens to lie in, like 0.0.0.0/0. */
function opens(network: Network, kind: AddressKind): boolean {
  if (closed[kind] === undefined) return true;
  const ends: readonly Address[] = [network.first, lastOf(network)];
  return ends.every((end) => kindOf(unwrap(end)) === kind);
}
