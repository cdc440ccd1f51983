import type { FastifyInstance, FastifyReply } from "fastify";
import type { ApprovalLink } from "../../access/index.ts";
import { refuseVote, type Voter } from "../../core/approval/refuse-vote.ts";
import type { Run } from "../../core/run/run.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { RunRefused } from "../../runs/index.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { voterByEmail } from "../runs/voter.ts";
import { approvalPage, approvalPolicy, sentencePage } from "./approval-page.ts";

interface Linked {
  Params: { link: string };
}
const path = "/approvals/:link";
/** Bytes of a filled in form. */
const formLimit = 16 * 1024;

/**
 * Signed links: open routes, as the link itself is the login. Looking changes nothing, since programs that look after
 * mail follow every link; the answer is a form.
 */
export async function approvalLinkRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register(async (scope) => {
    const read = (_request: unknown, body: string | Buffer, done: (error: null, form: unknown) => void) =>
      done(null, new URLSearchParams(body.toString()));
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: formLimit },
      read,
    );

    scope.get<Linked>(path, { schema: { hide: true } }, async (request, reply) => {
      asPage(reply);
      const asked = await follow(parts, request.params.link, request.ip);
      if (asked === undefined) return reply.code(404).send(worthless);
      const { run, voter, link } = asked;
      const refused = refuseVote(run, voter, link.round);
      if (refused !== undefined || run.approval === undefined) return reply.code(409).send(closed(refused));
      return approvalPage(run, run.approval, link.email);
    });

    scope.post<Linked & { Body: URLSearchParams }>(
      path,
      { schema: { hide: true } },
      async (request, reply) => {
        asPage(reply);
        const form = request.body instanceof URLSearchParams ? request.body : undefined;
        const vote = form?.get("vote");
        if (vote !== "approve" && vote !== "reject")
          throw new HttpError(400, "Send the form of the page: vote is approve or reject");
        const asked = await follow(parts, request.params.link, request.ip);
        if (asked === undefined) return reply.code(404).send(worthless);
        const { run, voter, link } = asked;
        const comment = form?.get("comment")?.trim().slice(0, 2000) || undefined;
        const approves = vote === "approve";
        const ref = { organization: link.organization, run: run.id };
        try {
          const now = await parts.runs.vote({ ...ref, voter, approves, comment, round: link.round });
          return sentencePage(approves ? "Approved" : "Rejected", afterwards(now));
        } catch (error) {
          if (!(error instanceof RunRefused)) throw error;
          await parts.attempts.refused({
            organization: link.organization,
            actor: link.email,
            isKnown: true,
            address: request.ip,
            action: vote,
            route: `POST ${path}`,
            message: error.message,
          });
          return reply.code(409).send(closed(error.message));
        }
      },
    );
  });
}

/** The run and the person that a link names, as they are now; undefined: it is worth nothing. */
async function follow(
  parts: Parts,
  text: string,
  address: string,
): Promise<{ readonly run: Run; readonly voter: Voter; readonly link: ApprovalLink } | undefined> {
  const link = parts.approvalLinks.read(text, fromMilliseconds(parts.now()));
  if (link === undefined) return undefined;
  const { organization, email } = link;
  const run = await parts.store.runs.get(organization, link.run);
  const voter = run && (await voterByEmail(parts.store.access, { organization, email, address }, run));
  return run && voter && { run, voter, link };
}

function asPage(reply: FastifyReply): void {
  reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", approvalPolicy)
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer");
}

const worthless = sentencePage(
  "This link is worth nothing",
  "It was altered, its time is over, or what it asks about is gone. `rota approvals` lists what waits now.",
);
const closed = (why: string | undefined): string =>
  sentencePage("Nothing to answer with this link", why ?? "The run needs nobody's approval.");

const afterwards = ({ state, actionName, approval, id }: Run): string =>
  state === "rejected"
    ? `The run ${id} of ${actionName} has ended; nothing of it has run.`
    : approval?.state === "granted"
      ? `The run ${id} of ${actionName} may start.`
      : `Your vote counts: ${approval?.votes.length} of ${approval?.quorum} for the run ${id} of ${actionName}.`;
