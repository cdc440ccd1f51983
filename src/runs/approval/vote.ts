import type { Run } from "../../core/run/run.ts";
import type { RunEvent } from "../../core/run/run-event.ts";
import type { Instant } from "../../core/time.ts";
import type { Bell } from "../ports/around.ts";
import type { RunStore } from "../ports/run-store.ts";
import { RunRefused } from "../run-refused.ts";
import type { VoteAsk } from "../service.ts";
import { settle } from "../settle.ts";

/**
 * Lets a vote happen to a run. Whether it counts is decided where all of a run is decided, by the table of its states.
 * @throws RunRefused `RUN_MISSING`, `RUN_ENDED`, `VOTE_REFUSED`
 */
export async function vote(
  parts: { readonly store: RunStore; readonly bell: Bell },
  ask: VoteAsk,
  now: Instant,
): Promise<Run> {
  const { voter, approves, comment, round } = ask;
  const event: RunEvent = approves
    ? { kind: "approve", voter, comment, round }
    : { kind: "reject", voter, reason: comment, round };
  const settled = await settle(parts, ask, event, now, undefined);
  if (settled.kind === "missing") throw new RunRefused("RUN_MISSING", "There is no such run.");
  if (settled.kind === "recorded") return settled.run;
  throw new RunRefused(settled.run.endedAt === undefined ? "VOTE_REFUSED" : "RUN_ENDED", settled.message);
}
