import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { claimedEmail, sealWith, signInProven } from "../../access/index.ts";
import type { SignInRefusal } from "../../access/ports/sessions.ts";
import { fromMilliseconds } from "../../core/time.ts";
import type { Parts } from "../parts.ts";
import { cookie, isHttps, sessionCookie } from "../sign-in/cookie.ts";
import { flowSeconds, openFlow, sealFlow } from "../sign-in/flow.ts";
import { readClaims } from "../sign-in/read-claims.ts";
import { sendRefusal } from "../sign-in/refusal-page.ts";
import { RefusedSignIn } from "../sign-in/refused-sign-in.ts";
import { returnPath } from "../sign-in/return-path.ts";
import { browserOf, limitsOf, secondsOf } from "./sessions.ts";

const schema = { hide: true } as const;

/** Signing in with OpenID Connect: both addresses are for browsers, and answer pages. */
export function oidcRoutes(app: FastifyInstance, parts: Parts): void {
  const { publicUrl, oidc: settings } = parts.settings;
  const provider = parts.oidc;
  const seal = sealWith(parts.secrets.key, "sign-in flows");
  const flows = cookie("rota_signin", { secure: isHttps(publicUrl), sameSite: "Lax" });
  const session = sessionCookie(publicUrl);

  /** Every way not to be signed in ends in a page. */
  const answering =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header("cache-control", "no-store");
      try {
        return await work(request, reply);
      } catch (error) {
        if (!(error instanceof RefusedSignIn)) throw error;
        if (error.detail !== undefined) request.log.warn({ reason: error.detail }, "sign-in refused");
        return sendRefusal(reply, error.status, error.message);
      }
    };

  app.get<{ Querystring: { return?: unknown } }>("/oidc/login", { schema }, (request, reply) =>
    answering(async () => {
      if (provider === undefined) throw notSetUp();
      const { url, ...flow } = await provider.begin();
      const returnTo = returnPath(request.query.return);
      flows.set(reply, sealFlow(seal, { ...flow, returnTo, began: parts.now() }), flowSeconds);
      return reply.redirect(url, 302);
    })(request, reply),
  );

  app.get("/oidc/callback", { schema }, (request, reply) =>
    answering(async () => {
      if (provider === undefined || settings === undefined) throw notSetUp();
      const flow = openFlow(seal, flows.read(request), parts.now());
      flows.clear(reply);
      const query = request.url.split("?").slice(1).join("?");
      const states = new URLSearchParams(query).getAll("state");
      if (flow === undefined || states.length !== 1 || states[0] !== flow.state) throw otherFlow();
      const { issuer, subject, claims } = await provider.finish(query, flow);
      const { organization } = settings;
      const person = async () => {
        const signedIn = await signInProven(
          {
            store: parts.store.sessions,
            now: fromMilliseconds(parts.now()),
            limits: limitsOf(parts),
            newId: parts.newId,
          },
          { organization, issuer, subject, ...readClaims(claims, settings) },
          browserOf(request),
        );
        if ("refused" in signedIn) throw new RefusedSignIn(403, sentences[signedIn.refused]);
        return signedIn;
      };
      const signedIn = await person().catch(async (error: unknown) => {
        if (error instanceof RefusedSignIn)
          await parts.attempts.refused({
            organization,
            actor: claimedEmail(String(claims.email ?? "").toLowerCase()),
            isKnown: false,
            address: request.ip,
            action: "login",
            route: "GET /oidc/callback",
            message: error.message,
          });
        throw error;
      });
      if (signedIn.missingRoles.length > 0)
        request.log.warn(
          { organization, roles: signedIn.missingRoles },
          "ROTA_OIDC_ROLES names roles that are not there",
        );
      session.set(reply, signedIn.secret, secondsOf(limitsOf(parts)));
      return reply.redirect(flow.returnTo, 303);
    })(request, reply),
  );
}

const notSetUp = (): RefusedSignIn =>
  new RefusedSignIn(404, "This server has no provider to sign in with. Sign in with a password.");

const otherFlow = (): RefusedSignIn =>
  new RefusedSignIn(
    400,
    "This sign-in was not begun in this browser, or it took longer than ten minutes. Sign in again.",
  );

const sentences: Readonly<Record<SignInRefusal, string>> = {
  root: "This e-mail address is the one of root, who signs in with a password and with nothing else.",
  "not-of-provider":
    "Somebody with this e-mail address has a login with a password here. Sign in with it, or ask an administrator to delete that login first: what it may do is not handed to whoever the provider names.",
  "other-account":
    "This e-mail address belongs to another account of the provider here. An administrator has to delete that person first.",
};
