import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload } from "jose";

/** What a token endpoint is asked, and the keys at hand. */
export interface Asked {
  readonly issuer: string;
  /** What a good ID token would say. */
  readonly good: JWTPayload;
  /** The one that the provider publishes, and one that it does not. */
  readonly key: CryptoKey;
  readonly publicJwk: JWK;
  readonly otherKey: CryptoKey;
}
export type Forge = (asked: Asked) => Promise<string>;

export interface ForgingProvider {
  readonly issuer: string;
  /** Makes the ID token of the next answer. */
  forge: Forge;
  /** What the next answer of userinfo says. */
  userinfo: Record<string, unknown>;
  stop(): Promise<void>;
}

/** A provider that answers whatever ID token it is told to: what a real one never would. */
export async function forgingProvider(): Promise<ForgingProvider> {
  const { privateKey: key, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const { privateKey: otherKey } = await generateKeyPair("RS256", { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: "one", use: "sig", alg: "RS256" };
  const server: Server = createServer(async (request, response) => {
    const answer = await route(request);
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const provider: ForgingProvider = {
    issuer,
    forge: async () => "",
    userinfo: {},
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  const route = async (request: IncomingMessage): Promise<unknown> => {
    const path = new URL(request.url ?? "/", issuer).pathname;
    if (path === "/.well-known/openid-configuration") return metadata(issuer);
    if (path === "/jwks") return { keys: [publicJwk] };
    if (path === "/userinfo") return provider.userinfo;
    if (path !== "/token") return undefined;
    let body = "";
    for await (const chunk of request) body += chunk;
    // The code is the nonce, as the test put it there.
    const nonce = new URLSearchParams(body).get("code") ?? "";
    const at = Math.floor(Date.now() / 1000);
    const good: JWTPayload = {
      iss: issuer,
      aud: "rota",
      sub: "ada",
      iat: at,
      exp: at + 300,
      nonce,
      email: "ada@example.com",
      email_verified: true,
    };
    const id_token = await provider.forge({ issuer, good, key, publicJwk, otherKey });
    return { access_token: "x", token_type: "Bearer", expires_in: 60, ...(id_token !== "" && { id_token }) };
  };
  return provider;
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  // A provider that offers too much must not be taken at its word.
  id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
});
