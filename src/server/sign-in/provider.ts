import type * as OpenIdClient from "openid-client";
import type { OidcSettings } from "./oidc-settings.ts";
import type { Claims } from "./read-claims.ts";
import { RefusedSignIn } from "./refused-sign-in.ts";

/** Loaded when somebody signs in: no start of a server waits for it. */
const library = () => import("openid-client");

export interface OidcProvider {
  /** Where a browser goes to sign in, and what it has to bring back. */
  begin(): Promise<{ url: string; state: string; nonce: string; verifier: string }>;
  /** Who came back, out of the query that the provider sent them with. @throws RefusedSignIn. */
  finish(
    query: string,
    expected: { state: string; nonce: string; verifier: string },
  ): Promise<{ readonly issuer: string; readonly subject: string; readonly claims: Claims }>;
  /** Where the provider ends its own session; undefined: it does not say. */
  endAddress(): Promise<string | undefined>;
}

export interface ProviderNeeds {
  readonly settings: OidcSettings;
  /** Text of the client's secret; undefined: a client without one. */
  readonly secret: () => Promise<string | undefined>;
  /** Exactly as it is registered at the provider. */
  readonly redirectUri: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the provider says about itself is asked for again after so long, ms. */
const freshFor = 300_000;
/** How long it has for an answer, s. */
const answerWithin = 10;

/**
 * Authorization Code with PKCE, as openid-client does it. The provider is asked when somebody signs in, not before:
 * one that is down keeps nothing but signing in from working. Its keys are read anew for each person who comes back,
 * so that new ones count at once.
 */
export function oidcProvider({ settings, secret, redirectUri, now }: ProviderNeeds): OidcProvider {
  let known: { readonly at: number; readonly config: Promise<OpenIdClient.Configuration> } | undefined;

  const discover = async (): Promise<OpenIdClient.Configuration> => {
    const client = await library();
    const { issuer, clientId } = settings;
    const insecure = issuer.protocol === "http:" ? [client.allowInsecureRequests] : [];
    try {
      return await client.discovery(issuer, clientId, undefined, authentication(client, await secret()), {
        timeout: answerWithin,
        // Without, TLS alone would vouch for an ID token.
        execute: [...insecure, client.enableNonRepudiationChecks],
      });
    } catch (error) {
      throw unreachable(error);
    }
  };
  const recent = (): Promise<OpenIdClient.Configuration> => {
    if (known === undefined || now() - known.at > freshFor) {
      const config = discover();
      const mine = { at: now(), config };
      known = mine;
      config.catch(() => {
        if (known === mine) known = undefined;
      });
    }
    return known.config;
  };

  return {
    async begin() {
      const client = await library();
      const config = await recent();
      const [state, nonce, verifier] = [
        client.randomState(),
        client.randomNonce(),
        client.randomPKCECodeVerifier(),
      ];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(),
        scope: settings.scopes,
        response_type: "code",
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      return { url: url.href, state, nonce, verifier };
    },
    async finish(query, { state, nonce, verifier }) {
      const client = await library();
      const config = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri()}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const said = tokens.claims();
        if (said === undefined) throw new RefusedSignIn(400, "The provider did not say who you are.");
        // Many providers tell an e-mail and groups there only.
        const more =
          config.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await client.fetchUserInfo(config, tokens.access_token, said.sub);
        return { issuer: said.iss, subject: said.sub, claims: together(more, said) };
      } catch (error) {
        throw error instanceof RefusedSignIn ? error : refusalOf(client, error);
      }
    },
    async endAddress() {
      const config = await recent().catch(() => undefined);
      if (config?.serverMetadata().end_session_endpoint === undefined) return undefined;
      const client = await library();
      // Without an address to come back to: it would have to be registered at the provider as well.
      return client.buildEndSessionUrl(config).href;
    },
  };
}

/** The ID token wins. That another e-mail is verified says nothing about the one in it. */
function together(userinfo: Claims, token: Claims): Claims {
  const other = token.email !== undefined && userinfo.email !== token.email;
  return { ...userinfo, ...(other && { email_verified: undefined }), ...token };
}

/** By the header, as the standard has it, or in the body where the provider takes it there alone. */
function authentication(client: typeof OpenIdClient, secret: string | undefined): OpenIdClient.ClientAuth {
  if (secret === undefined) return client.None();
  const basic = client.ClientSecretBasic(secret);
  const post = client.ClientSecretPost(secret);
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const way = ways.includes("client_secret_basic") || !ways.includes("client_secret_post") ? basic : post;
    return way(server, ...rest);
  };
}

function refusalOf(client: typeof OpenIdClient, error: unknown): RefusedSignIn {
  const detail = describe(error);
  if (error instanceof client.AuthorizationResponseError)
    return new RefusedSignIn(
      403,
      `The provider did not sign you in${named(error.error)}. Try again.`,
      detail,
    );
  if (error instanceof client.ResponseBodyError && error.error === "invalid_grant")
    return new RefusedSignIn(
      400,
      "This sign-in was used before, or it took too long. Sign in again.",
      detail,
    );
  if (error instanceof client.ResponseBodyError)
    return new RefusedSignIn(
      502,
      `The provider refused this server${named(error.error)}. Whoever runs the server can look at its log.`,
      detail,
    );
  if (error instanceof client.ClientError && error.code !== "OAUTH_TIMEOUT")
    return new RefusedSignIn(
      400,
      "What the provider says about you does not hold. Sign in again; if it stays so, whoever runs the server can look at its log.",
      detail,
    );
  return unreachable(error);
}

const unreachable = (error: unknown): RefusedSignIn =>
  new RefusedSignIn(
    503,
    "The provider cannot be reached, or is not set up as the server expects it. Try again; whoever runs the server can look at its log.",
    describe(error),
  );

/** A code of the standard, not a text of the provider's choice. */
const named = (code: string): string => (/^[a-z_]{1,40}$/.test(code) ? ` (${code})` : "");

/** Code and message alone: a cause may hold tokens. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { code, cause } = error as Error & { code?: unknown };
  const below = cause instanceof Error ? `: ${cause.message}` : "";
  return `${typeof code === "string" ? `${code}: ` : ""}${error.message}${below}`.slice(0, 500);
}
