import { exportSPKI, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Started, startServer } from "../start-server.ts";
import { Browser, type Page } from "./browser.ts";
import { type Asked, type Forge, type ForgingProvider, forgingProvider } from "./forging-provider.ts";

let provider: ForgingProvider;
let started: Started;
const logged: string[] = [];

beforeAll(async () => {
  provider = await forgingProvider();
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
  started = await startServer(
    { log },
    {
      ROTA_OIDC_ISSUER: provider.issuer,
      ROTA_OIDC_CLIENT_ID: "rota",
      ROTA_OIDC_CLIENT_SECRET: "the client's own secret",
    },
  );
});
afterAll(async () => {
  await started.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.userinfo = { sub: "ada" };
});

const signed = ({ key }: Pick<Asked, "key">, claims: JWTPayload, header: object = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one", ...header }).sign(key);

async function signIn(forge: Forge): Promise<Page> {
  provider.forge = forge;
  const browser = new Browser();
  const page = await browser.ask(`${started.address}/oidc/login`);
  const asked = new URL(page.location ?? "").searchParams;
  const query = new URLSearchParams({ code: asked.get("nonce") ?? "", state: asked.get("state") ?? "" });
  return browser.ask(`${started.address}/oidc/callback?${query}`);
}
const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);

describe("an ID token", () => {
  it("that holds signs in", async () => {
    const page = await signIn((asked) => signed(asked, asked.good));
    expect(page.status, page.text).toBe(303);
    expect(page.cookies.join()).toContain("rota_session=");
  });

  it.each<[string, Forge]>([
    ["is missing", async () => ""],
    ["is no token", async () => "a.b.c"],
    ["was signed by a key that is not the provider's", (a) => signed({ key: a.otherKey }, a.good)],
    ["names a key that the provider does not have", (a) => signed(a, a.good, { kid: "two" })],
    ["has no signature (alg none)", async ({ good }) => new UnsecuredJWT(good).encode()],
    ["has its signature cut off", async (a) => (await signed(a, a.good)).replace(/[^.]*$/, "")],
    [
      "says none and has the signature of another token",
      async (a) => {
        const [, body, signature] = (await signed(a, a.good)).split(".");
        return `${Buffer.from('{"alg":"none","kid":"one"}').toString("base64url")}.${body}.${signature}`;
      },
    ],
    [
      "is signed with the public key as a secret (HS256)",
      async ({ good, publicJwk }) => {
        const pem = await exportSPKI((await importJWK(publicJwk, "RS256")) as CryptoKey);
        return new SignJWT(good).setProtectedHeader({ alg: "HS256", kid: "one" }).sign(Buffer.from(pem));
      },
    ],
    [
      "is signed with the client's secret (HS256)",
      ({ good }) =>
        new SignJWT(good).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from("the client's own secret")),
    ],
    [
      "was altered after it was signed",
      async (a) => {
        const [head, body = "", signature] = (await signed(a, a.good)).split(".");
        const claims = JSON.parse(Buffer.from(body, "base64url").toString());
        const forged = Buffer.from(JSON.stringify({ ...claims, sub: "root" })).toString("base64url");
        return `${head}.${forged}.${signature}`;
      },
    ],
    ["brings its own key", (a) => signed({ key: a.otherKey }, a.good, { jwk: a.publicJwk, kid: "mine" })],
    [
      "asks to look for its key elsewhere",
      (a) => signed({ key: a.otherKey }, a.good, { jku: "http://127.0.0.1:1/", kid: "mine" }),
    ],
    ["has expired", (a) => signed(a, { ...a.good, iat: now() - 2 * hour, exp: now() - hour })],
    ["does not expire", (a) => signed(a, { ...a.good, exp: undefined as never })],
    ["is not yet valid", (a) => signed(a, { ...a.good, nbf: now() + hour })],
    ["is for another client", (a) => signed(a, { ...a.good, aud: "another" })],
    [
      "is for several clients, and not made for this one",
      (a) => signed(a, { ...a.good, aud: ["rota", "another"], azp: "another" }),
    ],
    ["is of another provider", (a) => signed(a, { ...a.good, iss: "https://evil.example" })],
    ["answers another request", (a) => signed(a, { ...a.good, nonce: "A".repeat(43) })],
    ["answers no request", (a) => signed(a, { ...a.good, nonce: undefined as never })],
    ["is of nobody", (a) => signed(a, { ...a.good, sub: undefined as never })],
  ])("that %s signs nobody in", async (_, forge) => {
    const before = logged.length;
    const page = await signIn(forge);
    expect(page.status, page.text).toBe(400);
    expect(page.text).toMatch(/does not hold|did not say who you are/);
    expect(page.cookies.join()).not.toContain("rota_session");
    const said = logged.slice(before).join("\n");
    expect(said).toContain("sign-in refused");
    expect(said).not.toMatch(/eyJ|client's own secret|ada@example/);
  });

  it("counts for its own person alone: userinfo of somebody else signs nobody in", async () => {
    provider.userinfo = { sub: "root", email: "root@example.com", email_verified: true };
    const page = await signIn((asked) => signed(asked, asked.good));
    expect(page.status).toBe(400);
  });

  it("with an e-mail that nobody calls verified is not helped by another one that is", async () => {
    provider.userinfo = { sub: "ada", email: "somebody@example.com", email_verified: true };
    const page = await signIn((asked) => signed(asked, { ...asked.good, email_verified: undefined }));
    expect(page.status).toBe(403);
    provider.userinfo = { sub: "ada", email: "ada@example.com", email_verified: true };
    expect(
      (await signIn((asked) => signed(asked, { ...asked.good, email_verified: undefined }))).status,
    ).toBe(303);
  });

  it("is stronger than userinfo, which no key vouches for", async () => {
    provider.userinfo = { sub: "ada", email: "somebody@example.com", email_verified: true, groups: {} };
    const page = await signIn((asked) => signed(asked, asked.good));
    expect(page.status).toBe(303);
  });
});
