import type { Instant } from "../../core/time.ts";
import type { StartAsked, Taken, ToldAlert } from "../ports/alert-store.ts";
import type { AlertMessage } from "../ports/alerts.ts";
import { type GatheredStart, linkOfStart } from "./gather-starts.ts";
import { type PreparedStart, prepareStart } from "./prepare-start.ts";
import type { AlertParts } from "./receive-alerts.ts";

interface Judged {
  readonly message: AlertMessage;
  readonly revision: number;
  readonly told: readonly ToldAlert[];
  readonly starts: readonly GatheredStart[];
  readonly now: Instant;
}
export type TakenWhole = Extract<Taken, { kind: "taken" }>;

const usualLimits = { perAction: 60, perReceiver: 6_000 };

/**
 * Has the store decide on a message. What it would decide is looked up first, until every start that comes about has
 * its run: so a storm, of which nearly nothing starts, makes no runs and writes no files. The records of a run are on
 * disk before the row that needs them, and go when there is no such row.
 */
export async function takeStarts(parts: AlertParts, judged: Judged): Promise<Taken> {
  const { organization, receiver } = judged.message;
  const limits = parts.alertLimits ?? usualLimits;
  const ask = { organization, receiver, limits, revision: judged.revision, now: judged.now };
  const prepared = new Map<number, PreparedStart>();
  const starts = () => judged.starts.map((start, number) => asked(start, prepared.get(number)));
  const alerts = judged.told.map(({ id, fingerprint, state, startsAt }) => ({
    id,
    fingerprint,
    state,
    startsAt,
  }));
  for (let more = judged.starts.length > 0; more; ) {
    const seen = await parts.alerts.foresee({ ...ask, alerts, starts: starts().map(withoutRun) });
    if (seen.kind === "moved") return seen;
    more = seen.unprepared.length > 0;
    for (const { start, alerts: numbers } of seen.unprepared)
      prepared.set(
        start,
        await prepareStart(parts.sealer, judged.message, judged.starts[start]!, numbers, judged.now),
      );
  }
  await keepInputs(parts, [...prepared.values()]);
  const taken = await parts.alerts.take({ ...ask, alerts: judged.told, starts: starts() });
  await removeInputs(parts, [...prepared.values()], taken);
  return taken;
}

const isLive = ({ state }: { readonly state: string }): boolean => state === "queued" || state === "waiting";

function asked(start: GatheredStart, prepared: PreparedStart | undefined): StartAsked {
  const { version, link, key, alerts } = start;
  const { start: when, cooldown } = linkOfStart(start);
  return {
    ...{ actionId: version.actionId, actionName: version.action.name, link, alerts, key, cooldown },
    delayed: when.kind === "after" && version.action.approval?.required !== true,
    prepared: prepared && {
      run: prepared.run.id,
      alerts: prepared.alerts,
      ended: !isLive(prepared.run),
    },
    run: prepared?.run,
  };
}

const withoutRun = ({ run: _, actionName: __, ...start }: StartAsked) => start;

async function keepInputs({ blobs }: AlertParts, starts: readonly PreparedStart[]): Promise<void> {
  for (const { run, input } of starts)
    if (input !== undefined && isLive(run)) await blobs.put(run.id, "input", once(input));
}

async function removeInputs(
  { blobs }: AlertParts,
  starts: readonly PreparedStart[],
  taken: Taken,
): Promise<void> {
  const made = new Set(taken.kind === "taken" ? taken.started.map(({ run }) => run.id) : []);
  const unneeded = starts.filter(({ run, input }) => input !== undefined && !made.has(run.id));
  await blobs.remove(unneeded.map(({ run }) => run.id));
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
