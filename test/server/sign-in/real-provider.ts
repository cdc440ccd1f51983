import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";
import { Browser, type Page } from "./browser.ts";

export const client = { id: "rota", secret: "the client's own secret" };

/** An account of the provider, by the name that is typed there; its claims can be changed meanwhile. */
export type Accounts = Map<string, Record<string, unknown>>;

export interface RealProvider {
  readonly issuer: string;
  readonly accounts: Accounts;
  /** Where it may send browsers back to. */
  redirectUris: string[];
  /** Listens on its port again, with another signing key and nothing remembered. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A certified provider, on a port of its own, whose login asks for any name and any password. */
export async function realProvider(more: object = {}): Promise<RealProvider> {
  const accounts: Accounts = new Map();
  const redirectUris: string[] = [];
  let server: Server;
  let issuer = "";

  const listen = async (port: number): Promise<void> => {
    server = createServer((request, response) => handler(request, response));
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: String(Math.random()) };
    let made: ReturnType<Provider["callback"]> | undefined;
    // Made at the first request, when it is known where it may send browsers back to.
    const handler = (...args: Parameters<ReturnType<Provider["callback"]>>) => {
      made ??= new Provider(issuer, configuration(accounts, redirectUris, key, more)).callback();
      return made(...args);
    };
  };
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  await listen(0);
  return {
    issuer,
    accounts,
    redirectUris,
    stop: close,
    async restart() {
      await close();
      await listen(Number(new URL(issuer).port));
    },
  };
}

const configuration = (accounts: Accounts, redirectUris: readonly string[], key: object, more: object) => ({
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: redirectUris,
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ["for the tests"] },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "groups", "realm_access"],
  },
  findAccount: (_: unknown, id: string) =>
    accounts.has(id) ? { accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) } : undefined,
  ...more,
});

/**
 * Goes the whole way of somebody who signs in: from Rota to the provider, through its forms as `account`, up to the
 * address that it sends the browser back to. Does not ask for that one.
 */
export async function upToCallback(
  browser: Browser,
  address: string,
  account: string,
  query = "",
): Promise<string> {
  let page: Page = await browser.ask(`${address}/oidc/login${query}`);
  let at = `${address}/oidc/login`;
  for (let step = 0; step < 20; step++) {
    if (page.location !== undefined) {
      at = new URL(page.location, at).href;
      if (at.startsWith(`${address}/oidc/callback`)) return at;
      page = await browser.ask(at);
      continue;
    }
    const prompt = /name="prompt" value="(login|consent)"/.exec(page.text)?.[1];
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
    if (page.status !== 200 || prompt === undefined || action === undefined)
      throw new Error(
        `the provider answered ${page.status}: ${page.text.replaceAll(/<style>[\s\S]*<\/style>/g, "")}`,
      );
    at = new URL(action, at).href;
    page = await browser.ask(at, { method: "POST", body: `prompt=${prompt}&login=${account}&password=any` });
  }
  throw new Error("the provider sends in a circle");
}

/** The whole way, and the page that Rota answers at its end. */
export async function signInAs(
  account: string,
  address: string,
  browser = new Browser(),
  query = "",
): Promise<{ browser: Browser; page: Page; callback: string }> {
  const callback = await upToCallback(browser, address, account, query);
  return { browser, page: await browser.ask(callback), callback };
}
