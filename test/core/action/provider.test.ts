import { describe, expect, it } from "vitest";
import { canonicalProvider, providerDigest } from "../../../src/core/action/canonical-provider.ts";
import { normalizeProvider } from "../../../src/core/action/normalize-provider.ts";
import { parseProject } from "../../../src/core/action/parse-project.ts";
import type { WrittenProvider } from "../../../src/core/action/written/written.generated.ts";

const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const ssh = {
  kind: "ssh",
  host: "web-1.example.com",
  user: "ops",
  key: { secret: "web1_key" },
  hostKey,
} as const;
const http = { kind: "http", baseUrl: "https://api.example.com" } as const;

describe("a provider as it is meant", () => {
  const same: readonly (readonly [what: string, left: WrittenProvider, right: WrittenProvider])[] = [
    ["its port is 22", ssh, { ...ssh, port: 22 }],
    ["the comment of a host key", ssh, { ...ssh, hostKey: `${hostKey} root@web 1` }],
    ["the slash that ends an address", http, { ...http, baseUrl: "https://api.example.com//" }],
    ["no headers", http, { ...http, headers: {} }],
  ];
  for (const [what, left, right] of same)
    it(`means nothing: ${what}`, () => {
      expect(providerDigest(normalizeProvider(right))).toBe(providerDigest(normalizeProvider(left)));
      expect(canonicalProvider(normalizeProvider(right))).toEqual(left);
    });

  const other: readonly (readonly [what: string, left: WrittenProvider, right: WrittenProvider])[] = [
    ["a port", ssh, { ...ssh, port: 2222 }],
    ["a jump", ssh, { ...ssh, jump: "bastion" }],
    ["the name of a secret", ssh, { ...ssh, key: { secret: "web2_key" } }],
    ["a header", http, { ...http, headers: { Accept: "text/plain" } }],
    ["a user", { kind: "host", user: "ops" }, { kind: "host", user: "root" }],
  ];
  for (const [what, left, right] of other)
    it(`means something: ${what}`, () =>
      expect(providerDigest(normalizeProvider(right))).not.toBe(providerDigest(normalizeProvider(left))));

  it("its canonical form is a written one that means the same", () => {
    const text = JSON.stringify({
      providers: {
        web: canonicalProvider(normalizeProvider({ ...ssh, jump: "bastion", port: 2200 })),
        bastion: canonicalProvider(normalizeProvider(ssh)),
        api: canonicalProvider(normalizeProvider({ ...http, headers: { Authorization: { secret: "t" } } })),
      },
    });
    const { project, issues } = parseProject(Buffer.from(text), "rota.yaml");
    expect(issues).toEqual([]);
    expect(project?.providers).toEqual({
      web: { ...ssh, jump: "bastion", port: 2200 },
      bastion: { ...ssh, port: 22, jump: undefined },
      api: { ...http, headers: { Authorization: { secret: "t" } } },
    });
  });
});
