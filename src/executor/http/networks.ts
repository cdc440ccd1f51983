import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All addresses that begin with the same bits. */
export interface Network {
  readonly first: Address;
  readonly bits: number;
}

/**
 * Networks as settings name them, with commas or spaces between: 10.0.0.0/8, or one address. IPv4 and IPv6.
 * Answers the end of a sentence for the first that is none.
 */
export function parseNetworks(
  text: string,
): { readonly value: readonly string[] } | { readonly problem: string } {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  const wrong = names.find((name) => networkOf(name) === undefined);
  return wrong === undefined
    ? { value: names }
    : {
        problem: `must be networks like 10.0.0.0/8,127.0.0.1 with commas between; ${JSON.stringify(wrong.slice(0, 60))} is none.`,
      };
}

export function networkOf(name: string): Network | undefined {
  const [address = "", bits, ...more] = name.split("/");
  // Not every spelling that the library reads: 010.0.0.1 is 8.0.0.1 to it.
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 0 || more.length > 0) return undefined;
  const whole = bits === undefined ? `${address}/${family === 4 ? 32 : 128}` : name;
  if (!ipaddr.isValidCIDR(whole)) return undefined;
  const kind = family === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return { first: kind.networkAddressFromCIDR(whole), bits: ipaddr.parseCIDR(whole)[1] };
}

/** Whether an address lies in a network. One of IPv4 is in none of IPv6. */
export const isIn = (address: Address, { first, bits }: Network): boolean =>
  address.kind() === first.kind() && address.match(first, bits);

/** The last address of a network. */
export function lastOf({ first, bits }: Network): Address {
  const bytes = first.toByteArray().map((byte, index) => {
    const own = Math.min(8, Math.max(0, bits - 8 * index));
    return byte | (0xff >> own);
  });
  return ipaddr.fromByteArray(bytes);
}
