import { isIPv6 } from "node:net";

/**
 * What one sender is told from others by: an IPv4 address, and of IPv6 the first 64 bits, as one machine has all
 * addresses behind them.
 */
export function networkOf(address: string): string {
  const plain = address.split("%")[0] as string;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? [] : tail.split(":");
    // A dotted end stands for two groups; which ones does not matter, as it is behind the first four.
    const room = 8 - groups.length - behind.length - (behind.at(-1)?.includes(".") ? 1 : 0);
    groups.push(...Array<string>(room).fill("0"), ...behind);
  }
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":")}::/64`;
}
