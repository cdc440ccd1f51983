import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { judgeAddress } from "../../../src/executor/http/address-policy.ts";
import { networkOf, parseNetworks } from "../../../src/executor/http/networks.ts";
import { samples } from "../../samples.ts";

const networks = (...names: string[]) =>
  names.map((name) => {
    const found = networkOf(name);
    if (found === undefined) throw new Error(`${name} is no network`);
    return found;
  });

describe("an address", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
  ])("%s is public: whoever wrote it may ask it", (address) => {
    expect(judgeAddress(address, false, [])).toBeUndefined();
  });

  test.each([
    ["127.0.0.1", "this machine itself"],
    ["127.255.255.254", "this machine itself"],
    ["::1", "this machine itself"],
    ["::ffff:127.0.0.1", "this machine itself"],
    ["::ffff:0:127.0.0.1", "this machine itself"],
    ["::127.0.0.1", "this machine itself"],
    ["64:ff9b::127.0.0.1", "this machine itself"],
    ["2002:7f00:1::", "this machine itself"],
    ["10.0.0.1", "in a private network"],
    ["172.16.0.1", "in a private network"],
    ["172.31.255.255", "in a private network"],
    ["192.168.1.1", "in a private network"],
    ["100.64.0.1", "in a private network"],
    ["fc00::1", "in a private network"],
    ["fdff::1", "in a private network"],
    ["fec0::1", "in a private network"],
    ["::ffff:10.0.0.1", "in a private network"],
    ["64:ff9b::a00:1", "in a private network"],
    ["2002:a00:1::", "in a private network"],
    ["192.0.2.1", "in a network that is reserved for special uses"],
    ["198.18.0.1", "in a network that is reserved for special uses"],
    ["240.0.0.1", "in a network that is reserved for special uses"],
    ["2001::1", "in a network that is reserved for special uses"],
    ["64:ff9b:1::7f00:1", "in a network that is reserved for special uses"],
    ["2001:db8::1", "in a network that is reserved for special uses"],
  ])("%s is internal: only for a host that was written down", (address, kind) => {
    expect(judgeAddress(address, false, [])).toEqual({ kind, always: false });
    expect(judgeAddress(address, true, [])).toBeUndefined();
  });

  test.each([
    "169.254.169.254",
    "169.254.0.1",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "fe80::1",
    "fe80::1%lo",
    "febf::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "239.255.255.255",
    "ff02::1",
    "255.255.255.255",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::ffff:0:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::",
    "::ffff:0.0.0.0",
    "not an address",
    "010.0.0.1",
    "0x7f.1",
    "2130706433",
    "",
  ])("%j is for no step, whoever wrote it", (address) => {
    expect(judgeAddress(address, true, [])).toMatchObject({ always: true });
    expect(judgeAddress(address, false, networks("10.0.0.0/8"))).toMatchObject({ always: true });
  });

  test("of every network of ours is told as such, whatever IPv6 form carries it", () => {
    const inside = [
      "10.0.0.0/8",
      "127.0.0.0/8",
      "192.168.0.0/16",
      "172.16.0.0/12",
      "169.254.0.0/16",
      "0.0.0.0/8",
    ];
    const address = fc.constantFrom(...inside).chain((name) => {
      const [network] = networks(name);
      const mask = 0xffffffff >>> (network as { bits: number }).bits;
      const first = Buffer.from(ipaddr.parse(name.replace(/\/.*/, "")).toByteArray()).readUInt32BE();
      return fc.nat(mask).map((offset) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(first + offset);
        return [...bytes];
      });
    });
    fc.assert(
      fc.property(address, ([a, b, c, d]) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const hex = (...bytes: unknown[]) => Buffer.from(bytes as number[]).toString("hex");
        const carried = [`::ffff:${dotted}`, `64:ff9b::${dotted}`, `2002:${hex(a, b)}:${hex(c, d)}::9`];
        for (const one of [dotted, ...carried]) expect(judgeAddress(one, false, [])).toBeDefined();
      }),
      samples(200, 20_000),
    );
  });
});

describe("a network that the settings open", () => {
  test.each([
    ["10.0.0.0/8", "10.1.2.3"],
    ["10.1.2.3", "10.1.2.3"],
    ["10.1.2.3/8", "10.200.0.1"],
    ["127.0.0.1", "::ffff:127.0.0.1"],
    ["::1", "::1"],
    ["fd00::/8", "fd12::1"],
    ["0.0.0.0/0", "192.168.0.1"],
    ["169.254.0.0/16", "169.254.7.7"],
    ["169.254.169.254", "169.254.169.254"],
    ["fe80::/10", "fe80::1"],
  ])("%s opens %s to everybody", (name, address) => {
    expect(judgeAddress(address, false, networks(name))).toBeUndefined();
  });

  test.each([
    ["10.1.2.3", "10.1.2.4"],
    ["0.0.0.0/0", "169.254.169.254"],
    ["0.0.0.0/0", "0.0.0.0"],
    ["::/0", "fe80::1"],
    ["::/0", "10.0.0.1"],
    ["169.254.0.0/16", "169.254.169.254"],
    ["169.0.0.0/8", "169.254.1.1"],
    ["fd00::/8", "fd00:ec2::254"],
    ["168.0.0.0/8", "168.63.129.16"],
  ])("%s does not open %s", (name, address) => {
    expect(judgeAddress(address, false, networks(name))).toBeDefined();
  });

  test("is written as CIDR or as one address, with commas or spaces between", () => {
    expect(parseNetworks(" 10.0.0.0/8, 127.0.0.1 ::1,fd00::/8,")).toEqual({
      value: ["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8"],
    });
    expect(parseNetworks("")).toEqual({ value: [] });
  });

  test.each([
    "10",
    "10.0.0.0/33",
    "010.0.0.1",
    "0x7f.1",
    "localhost",
    "10.0.0.0/8/8",
    "fe80::1%lo",
    "10.0.0.0/",
    "/8",
    "::/129",
    "*",
  ])("%j is refused by its name", (name) => {
    expect(parseNetworks(`10.0.0.0/8,${name}`)).toEqual({
      problem: `must be networks like 10.0.0.0/8,127.0.0.1 with commas between; ${JSON.stringify(name)} is none.`,
    });
  });
});
