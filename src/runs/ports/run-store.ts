import type { ShownPart } from "../../core/access/allows.ts";
import type { Action, Approval, NotificationCause } from "../../core/action/action.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Change } from "../../core/run/change.ts";
import type { RunFilter } from "../../core/run/read-run-filter.ts";
import type { Run, RunId, RunState, Trigger } from "../../core/run/run.ts";
import type { StepRun } from "../../core/runbook/step-run.ts";
import type { Instant } from "../../core/time.ts";

/*
 * The store that runs need. One call is one transaction; no handle crosses; time is an argument; nothing in a verb
 * awaits anything foreign.
 */

export type { Change };

/** A version that a run executes: immutable. */
export interface Version {
  readonly organization: string;
  readonly actionId: string;
  readonly number: number;
  readonly digest: string;
  readonly code: string;
  readonly action: Action;
}

export interface NewRun {
  readonly id: RunId;
  readonly organization: string;
  readonly actionId: string;
  /** Refused when another one is current by now; undefined: whichever is current. */
  readonly version: number | undefined;
  /** Take `version` even if it is not the current one; the action must be live all the same. */
  readonly pinned: boolean;
  readonly trigger: Trigger;
  readonly actor: string;
  /** Where the request for it came from, for the audit; absent: from the server itself. */
  readonly address?: string | undefined;
  readonly parameters: JsonObject;
  /** Secret parameters, sealed; undefined: none. */
  readonly sealed: string | undefined;
  /** The variable `alert` of its expressions. */
  readonly alert: JsonObject | undefined;
  /** Demanded by what starts it, beside what its action demands: the stricter wins. */
  readonly approval: Approval | undefined;
  /** Steps that are taken over from another run. */
  readonly steps: readonly StepRun[];
  /** waiting: until it is due. Both that and queued wait for an approval that is needed. */
  readonly state: "waiting" | "queued" | "skipped" | "failed";
  readonly reason: string | undefined;
  readonly createdAt: Instant;
  readonly dueAt: Instant;
  /** Nothing follows it, whatever becomes of it at once. */
  readonly isLast?: boolean | undefined;
  /** Unique per action: an existing tick or key is returned, not made again. */
  readonly key: string | undefined;
}

/** An installation of packages for a version, which has ended. */
export interface BuildRun {
  readonly id: RunId;
  /** Number 0: it was not accepted, and is no version of the action. */
  readonly version: Version;
  readonly actor: string;
  /** Where the upload came from. */
  readonly address?: string | undefined;
  /** Why it failed; undefined: it succeeded. */
  readonly reason: string | undefined;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** Moves a schedule on in the same transaction that creates the run of its tick. */
export interface ScheduleMove {
  readonly organization: string;
  readonly actionId: string;
  /** The fire time that is being dealt with; the move is refused when the row says another. */
  readonly from: Instant;
  /** undefined: never again. */
  readonly next: Instant | undefined;
}

export interface Created {
  readonly run: Run;
  readonly existing: boolean;
}

export interface Claimed {
  readonly run: Run;
  readonly version: Version;
  /** Every write for this run carries it; a stale one is refused. */
  readonly fence: number;
}

export interface Held {
  readonly run: RunId;
  readonly cancelAsked: boolean;
}

export interface DueTick {
  readonly version: Version;
  readonly fire: Instant;
}

export interface LostRun {
  readonly run: Run;
  /** The pinned version's, which says whether it is tried again. */
  readonly action: Action;
}

/** A run that has come to a state which something may follow. */
export interface Followup {
  readonly run: Run;
  /** What it came to; it may be in another one by now. */
  readonly state: string;
  /** How often dealing with it has gone wrong. */
  readonly tries: number;
}

/** The notifications that an action has sent since an instant. */
export interface Notices {
  readonly organization: string;
  readonly actionId: string;
  readonly since: Instant;
  readonly sent: number;
  /** How many were held back after too many others, by cause. */
  readonly held: Readonly<Partial<Record<NotificationCause, number>>>;
  /** When those are told together; undefined: none was. */
  readonly dueAt: Instant | undefined;
}

export interface Due {
  readonly ticks: readonly DueTick[];
  /** Runs whose delay is over. */
  readonly delays: readonly Run[];
  /** Runs whose lease ran out: their worker is gone. */
  readonly lost: readonly LostRun[];
  /** What runs have come to that something follows. */
  readonly followups: readonly Followup[];
  /** Notifications that were held back, and are to be told together now. */
  readonly notices: readonly Notices[];
  /** When to look again at the latest; undefined: nothing waits. */
  readonly next: Instant | undefined;
}

export interface RunQuery extends RunFilter {
  readonly organization: string;
  readonly actionId?: string;
  readonly actionName?: string;
  /** Runs of those actions alone that each part has: what whoever asks may see. */
  readonly shown?: readonly ShownPart[];
  /** 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** How an action did lately, for lists of actions; skipped runs and installations aside. */
export interface ActionSummary {
  readonly actionId: string;
  readonly state: RunState;
  /** When its newest run was created. */
  readonly lastRunAt: Instant;
  readonly lastSucceededAt: Instant | undefined;
}

export interface RunStore {
  /**
   * Creates runs of an action's current version and lets them through its concurrency limit. With `move`, the
   * schedule moves on in the same transaction; nothing is created when it has been moved already.
   * Rejects with code ACTION_GONE, or VERSION_MOVED when another version is current than a run names.
   */
  create(runs: readonly NewRun[], move: ScheduleMove | undefined): Promise<readonly Created[]>;
  claim(ask: { worker: string; limit: number; now: Instant; until: Instant }): Promise<readonly Claimed[]>;
  /** "stale": the run is not what the change was decided on; read it again. */
  record(change: Change, fence: number | undefined): Promise<"recorded" | "stale">;
  /**
   * Extends the leases that a worker has on these runs and answers which it still holds; missing: lost; flagged:
   * cancel asked. Runs that it does not name keep their end, so that one it forgot is found.
   */
  renew(ask: { worker: string; runs: readonly RunId[]; until: Instant }): Promise<readonly Held[]>;
  /** Ends every lease: for the start of a server that owns the store alone. Answers how many there were. */
  abandon(now: Instant): Promise<number>;
  due(now: Instant, limit: number): Promise<Due>;
  /** Rejects with code BAD_CURSOR. */
  find(query: RunQuery): Promise<Page<Run>>;
  get(organization: string, run: RunId): Promise<Run | undefined>;
  /** Makes a version the current one of its action, which fires next at `next`. The registry does the same in its own writes. */
  place(version: Version, next: Instant | undefined): Promise<void>;
  /** Runs that wait for people's approval, longest first. */
  asking(organization: string, limit: number): Promise<readonly Run[]>;
  /** Whether the actions and providers that an approved run may still reach are those that were approved. */
  pinsHold(run: RunId): Promise<boolean>;
  /** The current versions that may follow a run which has come to a state: those that it starts, and its own where it tells. */
  watchers(ask: {
    organization: string;
    actionId: string;
    actionName: string;
    state: string;
  }): Promise<readonly Version[]>;
  /**
   * Creates what follows a run and forgets that it was to follow, together; creates nothing when it has followed.
   * Rejects as `create` does, and then nothing has happened.
   */
  follow(followed: {
    run: RunId;
    state: string;
    runs: readonly NewRun[];
    /** Put in place of what was counted; undefined: that stays. */
    notices: Notices | undefined;
  }): Promise<readonly Created[]>;
  /** Deals with it later. */
  postpone(ask: { run: RunId; state: string; until: Instant }): Promise<void>;
  /** What an action has sent lately; undefined: nothing. */
  notices(organization: string, actionId: string): Promise<Notices | undefined>;
  /**
   * Tells what was held back, and counts anew from `next`. Nothing happens when it is not `told` that is held back now:
   * it was told already, or there is more by now. Without runs it is forgotten.
   */
  tellHeld(ask: { told: Notices; runs: readonly NewRun[]; next: Notices }): Promise<readonly Created[]>;
  /** How the last run that ended before this one did, skipped and cancelled ones aside; undefined: there was none. */
  lastVerdict(ask: {
    organization: string;
    actionId: string;
    run: RunId;
    endedAt: Instant;
  }): Promise<string | undefined>;
  /** The steps of a run that something has happened to, in their order. */
  steps(run: RunId): Promise<readonly StepRun[]>;
  /** The current version of the live action of this name. */
  named(organization: string, name: string): Promise<Version | undefined>;
  /** The version that a run pins; undefined: there is no such run. */
  pinned(run: RunId): Promise<Version | undefined>;
  /** The version that a run created now would pin. */
  version(organization: string, actionId: string): Promise<Version | undefined>;
  /** Writes an installation down as a run that has ended. It counts for no limit and no summary. */
  keepBuild(run: BuildRun): Promise<void>;
  /** Code digests that are live, or pinned by runs that have not ended; of all organizations. */
  codesInUse(): Promise<readonly string[]>;
  /** The newest state of each action that ever ran. */
  summaries(organization: string): Promise<readonly ActionSummary[]>;
  /**
   * Ended runs that are not among the newest `keep` of their action or were created more than `days` before `now`,
   * where the action itself says nothing else: those of the next few actions after the cursor `after` (undefined:
   * from the first). `next`: undefined when done.
   */
  outdated(ask: {
    keep: number;
    days: number;
    now: Instant;
    after: string | undefined;
  }): Promise<{ readonly runs: readonly RunId[]; readonly next: string | undefined }>;
  /** Forgets ended runs and their events; others are left alone. */
  remove(runs: readonly RunId[]): Promise<void>;
}
