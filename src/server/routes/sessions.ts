import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  endOwnSession,
  endSession,
  endSessions,
  listSessions,
  may,
  organizationsOf,
  type Principal,
  type SessionLimits,
  startSession,
} from "../../access/index.ts";
import type { Session } from "../../access/ports/sessions.ts";
import { objectTypes, verbs } from "../../core/access/grant.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { principalOf } from "../app/request.ts";
import type { Parts } from "../parts.ts";
import { sessionCookie } from "../sign-in/cookie.ts";
import { refuseForeign, requireSameOrigin } from "../sign-in/same-origin.ts";
import {
  endAllSchema,
  endOneSchema,
  listSchema,
  loginSchema,
  logoutSchema,
  whoSchema,
} from "./session-schemas.ts";

interface Login {
  readonly email: string;
  readonly password: string;
  readonly organization?: string;
}

/** What a login may be at most, bytes: it is read before anybody is known. */
const longestLogin = 16 * 1024;

/** Signing in and out with a browser, and who one is. */
export function sessionRoutes(app: FastifyInstance, parts: Parts): void {
  const { publicUrl } = parts.settings;
  const cookie = sessionCookie(publicUrl);
  const now = () => fromMilliseconds(parts.now());
  const askOf = (request: FastifyRequest) => ({
    store: parts.store.sessions,
    principal: principalOf(request),
    now: now(),
  });

  app.post<{ Body: Login }>(
    "/login",
    { schema: loginSchema, bodyLimit: longestLogin },
    async (request, reply) => {
      reply.header("cache-control", "no-store");
      refuseForeign(request, publicUrl);
      const { email, password, organization = "default" } = request.body;
      // The same way in as for every request, with its limits on failures.
      const authorization = `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`;
      const principal = await parts.authenticate({
        authorization,
        signature: undefined,
        organization,
        address: request.ip,
      });
      const ask = { store: parts.store.sessions, now: now(), limits: limitsOf(parts), newId: parts.newId };
      const { session, secret } = await startSession(ask, principal, browserOf(request));
      await endSession(ask, cookie.read(request), request.ip);
      cookie.set(reply, secret, secondsOf(ask.limits));
      return { organization, ...toItem(session) };
    },
  );

  app.post("/logout", { schema: logoutSchema, bodyLimit: longestLogin }, async (request, reply) => {
    reply.header("cache-control", "no-store");
    const secret = cookie.read(request);
    if (secret === undefined) refuseForeign(request, publicUrl);
    else requireSameOrigin(request, publicUrl);
    const ended = await endSession({ store: parts.store.sessions, now: now() }, secret, request.ip);
    cookie.clear(reply);
    const atProvider = ended?.signedInBy === "oidc" ? await parts.oidc?.endAddress() : undefined;
    return { code: 200, message: "Logged out", provider_url: atProvider ?? null };
  });

  app.get("/api/:org/session", { schema: whoSchema }, async (request) => {
    const ask = askOf(request);
    const { principal } = ask;
    const { organization, email, kind, via, admin } = principal;
    const own = principal.session === undefined ? [] : await listSessions(ask);
    const session = own.find(({ id }) => id === principal.session);
    return {
      email,
      kind,
      via,
      admin,
      organization,
      organizations: await organizationsOf(ask),
      session: session === undefined ? null : toItem(session),
      roles: await parts.store.access.rolesOf({ organization, email }),
      rights: rightsOf(principal),
      permissions: principal.grants,
      within: principal.within ?? null,
    };
  });

  app.get("/api/:org/sessions", { schema: listSchema }, async (request) => {
    const ask = askOf(request);
    const items = await listSessions(ask);
    return { items: items.map((one) => ({ ...toItem(one), current: one.id === ask.principal.session })) };
  });

  app.post("/api/:org/sessions/end", { schema: endAllSchema }, async (request, reply) => {
    const ended = await endSessions(askOf(request));
    forget(reply, principalOf(request));
    return { code: 200, message: "Logged out everywhere", ended };
  });

  app.delete<{ Params: { org: string; id: string } }>(
    "/api/:org/sessions/:id",
    { schema: endOneSchema },
    async (request) => {
      const ended = await endOwnSession(askOf(request), request.params.id);
      return { code: 200, message: "There is no such session any more", ended: ended ? 1 : 0 };
    },
  );

  const forget = (reply: FastifyReply, { via }: Principal) => {
    if (via === "session") cookie.clear(reply);
  };
}

export const limitsOf = ({ settings }: Parts): SessionLimits => ({
  idle: settings.sessionIdle,
  lifetime: settings.sessionLifetime,
});

export const secondsOf = ({ lifetime }: SessionLimits): number => Math.floor(lifetime / 1000);

export const browserOf = ({ ip, headers }: FastifyRequest) => ({
  address: ip,
  userAgent: headers["user-agent"],
});

const toItem = (session: Session) => ({
  id: session.id,
  email: session.email,
  signed_in_by: session.signedInBy,
  created_at: session.createdAt,
  last_used_at: session.lastUsedAt,
  idle_until: session.idleUntil,
  expires_at: session.expiresAt,
  address: session.address,
  user_agent: session.userAgent,
});

/** What may be done with all objects of a type; rights on single ones are among the permissions. */
const rightsOf = (principal: Principal) =>
  Object.fromEntries(
    objectTypes.flatMap(({ type }) =>
      type === "logs"
        ? []
        : [[type, verbs.filter((verb) => may(principal, { type, id: undefined, verb }))] as const],
    ),
  );
