import ipaddr from "ipaddr.js";
import { type Address, isIn, networkOf } from "./networks.ts";

/** What an address is, as far as it matters for who may be let to it. */
export type AddressKind =
  | "public"
  | "loopback"
  | "private"
  | "reserved"
  | "link-local"
  | "metadata"
  | "unspecified"
  | "multicast"
  | "broadcast";

/** Services that hand out a machine's own credentials to whoever asks from it, where they have an address to themselves. */
const metadata = [
  "169.254.169.254/32", // most clouds
  "169.254.170.2/32", // containers of AWS
  "169.254.170.23/32",
  "168.63.129.16/32", // Azure's agent; a public address by its number
  "100.100.100.200/32", // Alibaba
  "192.0.0.192/32", // Oracle
  "fd00:ec2::254/128", // AWS
  "fd00:ec2::23/128",
  "fd20:ce::254/128", // Google
].flatMap((name) => networkOf(name) ?? []);

/** By the names that the library gives to ranges; what is not listed is reserved for something. */
const kinds: Readonly<Record<string, AddressKind>> = {
  unicast: "public",
  loopback: "loopback",
  private: "private",
  uniqueLocal: "private",
  carrierGradeNat: "private",
  deprecatedSiteLocal: "private",
  linkLocal: "link-local",
  unspecified: "unspecified",
  multicast: "multicast",
  broadcast: "broadcast",
};

/** The kind of an address that was unwrapped. */
export function kindOf(address: Address): AddressKind {
  if (metadata.some((network) => isIn(address, network))) return "metadata";
  return kinds[address.range()] ?? "reserved";
}

/** The IPv4 address inside of an IPv6 one that only carries it; any other address is its own. */
export function unwrap(address: Address): Address {
  if (address.kind() === "ipv4" || ["loopback", "unspecified"].includes(address.range())) return address;
  const bytes = address.toByteArray();
  const from = carriers.find(({ network }) => isIn(address, network))?.from;
  return from === undefined ? address : ipaddr.fromByteArray(bytes.slice(from, from + 4));
}

/** Networks of IPv6 whose addresses mean one of IPv4, and at which byte it stands. */
const carriers = [
  { name: "::ffff:0:0/96", from: 12 }, // mapped
  { name: "::ffff:0:0:0/96", from: 12 }, // translated (RFC 6145)
  { name: "64:ff9b::/96", from: 12 }, // NAT64
  { name: "2002::/16", from: 2 }, // 6to4
  { name: "::/96", from: 12 }, // compatible, out of use
].flatMap(({ name, from }) => {
  const network = networkOf(name);
  return network === undefined ? [] : [{ network, from }];
});
