import { describe, expect, it } from "vitest";
import { providerDigest } from "../../../src/core/action/canonical-provider.ts";
import { normalizeProvider } from "../../../src/core/action/normalize-provider.ts";
import type { WrittenProvider } from "../../../src/core/action/written/written.generated.ts";
import { mostJumps, resolvePlace } from "../../../src/runs/runbook/resolve-place.ts";

const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const ssh = (host: string, jump?: string): WrittenProvider => ({
  kind: "ssh",
  host,
  user: "ops",
  key: { secret: `${host}_key` },
  hostKey,
  ...(jump !== undefined && { jump }),
});

/** Resolves a name among these declarations, where a secret's value is `value of NAME` unless it is missing. */
function resolve(
  name: string,
  declared: Readonly<Record<string, WrittenProvider>> = {},
  missing: readonly string[] = [],
) {
  const parts = {
    providers: {
      find: async (organization: string, wanted: string) => {
        const written = organization === "acme" ? declared[wanted] : undefined;
        if (written === undefined) return undefined;
        const provider = normalizeProvider(written);
        return { name: wanted, provider, digest: providerDigest(provider) };
      },
    },
    secrets: {
      values: async (_: string, names: readonly string[]) => ({
        values: new Map(
          names.filter((one) => !missing.includes(one)).map((one) => [one, `value of ${one}`] as const),
        ),
        missing: names.filter((one) => missing.includes(one)),
      }),
    },
  };
  return resolvePlace(parts, "acme", name);
}
const digestOf = async (...asked: Parameters<typeof resolve>): Promise<string | undefined> => {
  const place = await resolve(...asked);
  return "refused" in place ? place.refused : place.digest;
};

describe("where a step runs", () => {
  it("local is the sandbox, and needs no declaration", async () => {
    expect(await resolve("local")).toEqual({
      kind: "local",
      place: { kind: "sandbox" },
      digest: undefined,
      secrets: [],
    });
  });

  it("host is this machine, as the user that it names", async () => {
    expect(await resolve("here", { here: { kind: "host", user: "ops" } })).toMatchObject({
      kind: "host",
      place: { kind: "host", user: "ops" },
      secrets: [],
    });
  });

  it("ssh is a machine with its key, and the machines that it is reached through", async () => {
    const place = await resolve("web", { web: ssh("web", "bastion"), bastion: ssh("bastion") });
    expect(place).toMatchObject({
      kind: "ssh",
      place: {
        kind: "ssh",
        target: {
          host: "web",
          port: 22,
          user: "ops",
          key: "value of web_key",
          hostKey,
          jump: { host: "bastion", key: "value of bastion_key", jump: undefined },
        },
      },
      secrets: ["value of web_key", "value of bastion_key"],
    });
  });

  it("http is an address with headers", async () => {
    const headers = { Authorization: { secret: "api_token" }, Accept: "application/json" };
    expect(
      await resolve("api", { api: { kind: "http", baseUrl: "https://api.example.com/v1/", headers } }),
    ).toMatchObject({
      kind: "http",
      base: {
        baseUrl: "https://api.example.com/v1",
        headers: { Authorization: "value of api_token", Accept: "application/json" },
      },
      secrets: ["value of api_token"],
    });
  });

  it("http steps that name no provider have none, unless one of that name is declared", async () => {
    expect(await resolve("http")).toEqual({ kind: "http", base: undefined, digest: undefined, secrets: [] });
    expect(await resolve("http", { http: { kind: "http", baseUrl: "https://a.example.com" } })).toMatchObject(
      {
        base: { baseUrl: "https://a.example.com", headers: {} },
      },
    );
  });
});

describe("the digest that a run records", () => {
  it("changes with the declaration of a machine on the way, and with none beside it", async () => {
    const world = { web: ssh("web", "bastion"), bastion: ssh("bastion"), other: ssh("other") };
    const before = await digestOf("web", world);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf("web", { ...world, bastion: ssh("elsewhere") })).not.toBe(before);
    expect(await digestOf("web", { ...world, other: ssh("elsewhere") })).toBe(before);
  });

  it("is that of the declaration alone where there is no way through others", async () => {
    expect(await digestOf("bastion", { bastion: ssh("bastion") })).toBe(
      providerDigest(normalizeProvider(ssh("bastion"))),
    );
  });
});

describe("what is refused, with what to do", () => {
  const long = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`m${index}`, ssh(`m${index}`, `m${index + 1}`)]),
  );
  const cases: readonly (readonly [what: string, refused: string, ...asked: Parameters<typeof resolve>])[] = [
    [
      "a provider that is not declared",
      'There is no provider "web": declare it under providers in rota.yaml and apply that.',
      "web",
    ],
    [
      "a machine on the way that is not declared",
      'There is no provider "bastion", which "web" goes through: declare it under providers in rota.yaml and apply that.',
      "web",
      { web: ssh("web", "bastion") },
    ],
    [
      "a machine on the way that is none",
      'The provider "web" goes through "api", which is no ssh provider: jump must name one.',
      "web",
      { web: ssh("web", "api"), api: { kind: "http", baseUrl: "https://api.example.com" } },
    ],
    [
      "a circle",
      'The provider "a" is reached through machines that lead back to "b": take one of the jumps away.',
      "a",
      { a: ssh("a", "b"), b: ssh("b", "c"), c: ssh("c", "b") },
    ],
    [
      "too long a way",
      `The provider "m0" is reached through more than ${mostJumps} machines: take some of the jumps away.`,
      "m0",
      long,
    ],
    [
      "a secret without a value",
      'The provider "web" needs the secret bastion_key, which no value was given for: rota secrets set bastion_key (for run --local: ROTA_SECRET_BASTION_KEY=…).',
      "web",
      { web: ssh("web", "bastion"), bastion: ssh("bastion") },
      ["bastion_key"],
    ],
  ];
  for (const [what, refused, ...asked] of cases)
    it(what, async () => expect(await resolve(...asked)).toEqual({ refused }));

  it("as many machines as are allowed are gone through", async () => {
    const last = `m${mostJumps}`;
    expect(await resolve("m0", { ...long, [last]: ssh(last) })).toMatchObject({ kind: "ssh" });
  });
});
