import type { Instant } from "../../core/time.ts";
import { onePiece } from "../one-piece.ts";
import type { Foreseen, StartAsked, Taken, ToldAlert } from "../ports/alert-store.ts";
import type { AlertMessage } from "../ports/alerts.ts";
import type { RunsParts } from "../service.ts";
import type { FewAtOnce } from "./few-at-once.ts";
import { type GatheredStart, linkOfStart } from "./gather-starts.ts";
import { type PreparedStart, prepareStart } from "./prepare-start.ts";

/** What taking alerts in needs of all that runs are made of. */
export type AlertParts = Pick<RunsParts, "alerts" | "blobs" | "bell" | "sealer" | "alertLimits">;

interface Judged {
  readonly message: AlertMessage;
  readonly revision: number;
  readonly told: readonly ToldAlert[];
  readonly starts: readonly GatheredStart[];
  readonly now: Instant;
}
type Prepared = ReadonlyMap<number, PreparedStart>;
export type TakenWhole = Extract<Taken, { kind: "taken" }>;

const usualLimits = { perAction: 60, perReceiver: 6_000 };

/**
 * Has the store decide on a message, which of a storm, where nearly nothing starts, is all: it makes no runs and writes
 * no files. Where something would start, nothing was written, and what would be decided is looked up until every start
 * that comes about has its run. Of messages that would start the same action a few at a time make their runs; the others
 * look again once it is their turn. The records of a run are on disk before the row that needs them, and go when there is
 * no such row.
 */
export async function takeStarts(parts: AlertParts, starting: FewAtOnce, judged: Judged): Promise<Taken> {
  const { organization } = judged.message;
  const prepared = new Map<number, PreparedStart>();
  const first = await take(parts, judged, prepared);
  if (first.kind !== "unprepared") return first;
  const actions = first.unprepared.map(({ start }) => judged.starts[start]!.version.actionId);
  const leave = await starting.enter(actions.map((action) => `${organization} ${action}`));
  try {
    for (;;) {
      const seen = await foresee(parts, judged, prepared);
      if (seen.kind === "moved") return seen;
      if (seen.unprepared.length === 0) break;
      for (const { start, alerts } of seen.unprepared)
        prepared.set(
          start,
          await prepareStart(parts.sealer, judged.message, judged.starts[start]!, alerts, judged.now),
        );
    }
    if (prepared.size > 0) return await take(parts, judged, prepared);
  } finally {
    leave();
  }
  return take(parts, judged, prepared);
}

async function foresee(
  { alerts: store, alertLimits }: AlertParts,
  judged: Judged,
  prepared: Prepared,
): Promise<Foreseen> {
  return store.foresee({
    ...asking(judged, alertLimits),
    alerts: judged.told.map(({ id, fingerprint, state, startsAt }) => ({ id, fingerprint, state, startsAt })),
    starts: judged.starts.map((start, number) => withoutRun(asked(start, prepared.get(number)))),
  });
}

async function take(parts: AlertParts, judged: Judged, prepared: Prepared): Promise<Taken> {
  const runs = [...prepared.values()];
  await keepInputs(parts, runs);
  const taken = await parts.alerts.take({
    ...asking(judged, parts.alertLimits),
    alerts: judged.told,
    starts: judged.starts.map((start, number) => asked(start, prepared.get(number))),
  });
  await removeInputs(parts, runs, taken);
  return taken;
}

const asking = ({ message, revision, now }: Judged, limits = usualLimits) => ({
  ...{ organization: message.organization, receiver: message.receiver },
  ...{ limits, revision, now },
});

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
    if (input !== undefined && isLive(run)) await blobs.put(run.id, "input", onePiece(input));
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
