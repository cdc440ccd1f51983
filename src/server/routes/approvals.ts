import type { FastifyInstance } from "fastify";
import { type Principal, requireWithin } from "../../access/index.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { runJson } from "../../core/wire/run-json.ts";
import { principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { isShown } from "../runs/is-shown.ts";
import { voterOf } from "../runs/voter.ts";
import { approveSchema, listSchema, rejectSchema } from "./approval-schemas.ts";

/** Listed at once; longer queues are for `rota runs --state waiting`. */
const most = 1000;

interface Vote {
  readonly approves: boolean;
  readonly comment: string | undefined;
  readonly round: number | undefined;
}
interface OneRun {
  Params: { org: string; run: string };
}

/** Runs that wait for people, and what people say. */
export function approvalRoutes(app: FastifyInstance, parts: Parts): void {
  app.get("/api/:org/approvals", { schema: listSchema }, async (request) => {
    const principal = principalOf(request);
    const items = [];
    for (const run of await parts.store.runs.asking(principal.organization, most))
      if (await isShown(parts, principal, run)) items.push(runJson(run));
    return { items };
  });

  const vote = async (principal: Principal, id: string, said: Vote) => {
    const { organization } = principal;
    const run = isKsuid(id) ? await parts.store.runs.get(organization, id) : undefined;
    if (run === undefined || !(await isShown(parts, principal, run)))
      throw new HttpError(404, "There is no such run");
    // A person whom the action names needs no permission, but a token of theirs may say less than they may.
    requireWithin(principal, { type: "approval", id: run.actionId, name: run.actionName, verb: "Post" });
    const voter = await voterOf(parts.store.access, principal, run);
    return runJson(await parts.runs.vote({ organization, run: run.id, voter, ...said }));
  };
  app.post<OneRun & { Body: { comment?: string; round?: number } | null | undefined }>(
    "/api/:org/runs/:run/approve",
    { schema: approveSchema, config: { refusedAs: "approve" } },
    (request) => {
      const { comment, round } = request.body ?? {};
      return vote(principalOf(request), request.params.run, { approves: true, comment, round });
    },
  );
  app.post<OneRun & { Body: { reason: string; round?: number } }>(
    "/api/:org/runs/:run/reject",
    { schema: rejectSchema, config: { refusedAs: "reject" } },
    (request) => {
      const { reason: comment, round } = request.body;
      return vote(principalOf(request), request.params.run, { approves: false, comment, round });
    },
  );
}
