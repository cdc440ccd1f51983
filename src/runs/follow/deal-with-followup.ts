import { runFacts } from "../../core/notification/run-facts.ts";
import { after, type Instant } from "../../core/time.ts";
import { onePiece } from "../one-piece.ts";
import type { Bell, Sealer } from "../ports/around.ts";
import type { RunBlobs } from "../ports/run-files.ts";
import type { Followup, Notices, RunStore, Version } from "../ports/run-store.ts";
import { deliveryVersion } from "./built-in.ts";
import { chainOf } from "./chain.ts";
import { eventRuns, type FollowingRun } from "./event-runs.ts";
import { countNotice, firstNotice } from "./notices.ts";
import { approvalFacts, causesOf, tell } from "./notifications.ts";

export interface FollowParts {
  readonly store: RunStore;
  readonly blobs: RunBlobs;
  readonly sealer: Sealer;
  readonly bell: Bell;
  report(what: string, error: unknown): void;
}

/** When dealing with it goes on failing it is given up: a bug of ours, told in the server's own log. */
const mostTries = 12;

/**
 * Starts what follows a run: the actions whose `events` name its end, and what tells of it. All of it and the end of
 * the followup are one write, so that each follows once, whatever crashes. Rejects when the store does.
 */
export async function dealWithFollowup(parts: FollowParts, followup: Followup, now: Instant): Promise<void> {
  try {
    await follow(parts, followup, now);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // Deleted or changed since it was read: the next look finds what is true now.
    if (code === "ACTION_GONE" || code === "VERSION_MOVED") return;
    await putOff(parts, followup, now).catch(() => undefined);
    throw error;
  }
}

async function putOff({ store, report }: FollowParts, { run, state, tries }: Followup, now: Instant) {
  if (tries < mostTries) {
    const until = after(now, Math.min(10 * 60_000, 1000 * 2 ** tries));
    return store.postpone({ run: run.id, state, until });
  }
  report("following a run", new Error(`What follows run ${run.id} was given up after ${tries} tries.`));
  await store.follow({ run: run.id, state, runs: [], notices: undefined });
}

async function follow(parts: FollowParts, followup: Followup, now: Instant): Promise<void> {
  const { store, sealer } = parts;
  const { run, state } = followup;
  const { organization, actionId, actionName, id } = run;
  const watchers = await store.watchers({ organization, actionId, actionName, state });
  const chain = await chainOf(store, run);
  const facts = runFacts(run, state, await secretNames(store, followup));
  const following: FollowingRun[] = [];
  for (const version of watchers)
    following.push(...(await eventRuns(sealer, followup, facts, chain, version, now)));

  const own = watchers.find((version) => version.actionId === actionId);
  const causes = own === undefined ? [] : await causesOf(parts, followup, own);
  let notices: Notices | undefined;
  if (own !== undefined && causes.length > 0) {
    const counted = countNotice(await store.notices(organization, actionId), own, causes, now);
    notices = counted.notices;
    const telling = {
      version: own,
      occasion: causes[0]!,
      causes,
      run: facts,
      approval: approvalFacts(run),
      counts: null,
      // Each time that people are asked is one of its own.
      id: state === "waiting" ? `${id}-${state}-${run.approval?.round ?? 1}` : `${id}-${state}`,
      trigger: { kind: "notification", run: id, of: causes[0]! },
      actor: "system",
      chain,
    } as const;
    if (counted.sent) following.push(...(await tell(parts, telling, now)));
  }
  await create(parts, organization, following, (runs) => store.follow({ run: id, state, runs, notices }));
}

/** Tells together what was held back of an action's notifications. */
export async function tellHeldNotices(parts: FollowParts, held: Notices, now: Instant): Promise<void> {
  const { store } = parts;
  const { organization, actionId, since } = held;
  const version = await store.version(organization, actionId);
  const causes = (["failure", "approval", "recovery", "success"] as const).filter(
    (cause) => held.held[cause],
  );
  const telling = version && {
    version,
    occasion: "summary" as const,
    causes,
    run: null,
    approval: null,
    counts: held.held as Readonly<Record<string, number>>,
    id: `${actionId}-held-${since}`,
    trigger: { kind: "notification", run: "", of: "summary" } as const,
    actor: "system",
    chain: [],
  };
  const following = telling === undefined ? [] : await tell(parts, telling, now);
  await create(parts, organization, following, (runs) =>
    store.tellHeld({ told: held, runs, next: firstNotice(held, now) }),
  );
}

/** Creates runs whose records are on disk before the rows that need them, and tells workers. */
export async function create(
  { store, blobs, bell }: FollowParts,
  organization: string,
  following: readonly FollowingRun[],
  write: (runs: readonly FollowingRun["run"][]) => ReturnType<RunStore["create"]>,
): ReturnType<RunStore["create"]> {
  const built = deliveryVersion(organization);
  if (following.some(({ run }) => run.actionId === built.actionId)) await store.place(built, undefined);
  const given = following.filter(({ input, run }) => input !== undefined && run.state === "queued");
  for (const { run, input } of given)
    await blobs.put(run.id, "input", onePiece(Buffer.from(JSON.stringify(input))));
  let created: Awaited<ReturnType<RunStore["create"]>> = [];
  try {
    created = await write(following.map(({ run }) => run));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "VERSION_MOVED" || code === "ACTION_GONE")
      await blobs.remove(given.map(({ run }) => run.id));
    throw error;
  }
  const made = new Set(created.flatMap(({ run, existing }) => (existing ? [] : [run.id])));
  if (created.length > 0) bell.ring("runs");
  await blobs.remove(given.flatMap(({ run }) => (made.has(run.id) ? [] : [run.id])));
  return created;
}

/** Names of the parameters that nobody may read. */
async function secretNames(store: Pick<RunStore, "pinned">, { run }: Followup): Promise<readonly string[]> {
  if (run.sealed === undefined) return [];
  const version: Version | undefined = await store.pinned(run.id);
  const declared = Object.entries(version?.action.parameters ?? {});
  return declared.filter(([, schema]) => schema.secret === true).map(([name]) => name);
}
