import type { AlertLimits, AskedStart, HeardAlert, Suppression } from "../../core/alert/admission.ts";
import type { Alert, AlertState } from "../../core/alert/alert.ts";
import type { Run, RunId } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { NewRun, Page, Version } from "./run-store.ts";

/*
 * The store that alerts need: their history, and what keeps a start from being made twice. One call is one
 * transaction; time is an argument.
 */

/** The current versions of the live actions that are linked to alerts. */
export interface LinkedActions {
  /** Counts up whenever an action of the organization that is linked to alerts is changed, made or deleted. */
  readonly revision: number;
  readonly actions: readonly LinkedAction[];
}
export interface LinkedAction {
  readonly actionId: string;
  /** Of the current version. */
  readonly number: number;
  /** undefined: it was known; "unreadable": what is stored is no action. */
  readonly version: Version | "unreadable" | undefined;
}

/** An alert on its way into the history. */
export interface ToldAlert
  extends HeardAlert,
    Pick<Alert, "name" | "endsAt" | "url" | "labels" | "annotations"> {
  /** Links that it did not match. */
  readonly unmatched: number;
  /** Links that it matches, or that could not be judged, and that start nothing for a reason of their own. */
  readonly judged: readonly {
    readonly actionId: string;
    readonly actionName: string;
    readonly link: number;
    readonly kind: "disabled" | "failed";
    readonly reason: string;
  }[];
}

/** A start that a message asks for, and the run that was made for it. */
export interface StartAsked extends AskedStart {
  readonly actionName: string;
  readonly run: NewRun | undefined;
}

interface Message {
  readonly organization: string;
  readonly receiver: string;
  readonly now: Instant;
  readonly limits: AlertLimits;
  /** Of the links that it was judged by. */
  readonly revision: number;
}
export interface ForeseeAsk extends Message {
  readonly alerts: readonly HeardAlert[];
  readonly starts: readonly AskedStart[];
}
export interface TakeAsk extends Message {
  readonly alerts: readonly ToldAlert[];
  readonly starts: readonly StartAsked[];
}

/** "moved": other links are current by now. */
export type Foreseen =
  | { readonly kind: "moved" }
  | { readonly kind: "foreseen"; readonly unprepared: readonly UnpreparedStart[] };

/** A start that comes about and has no run that was made for exactly these alerts. */
interface UnpreparedStart {
  readonly start: number;
  readonly alerts: readonly number[];
}
interface Unprepared {
  readonly kind: "unprepared";
  readonly unprepared: readonly UnpreparedStart[];
}

/** Written is nothing when the links have "moved", or a start comes about that is "unprepared". */
export type Taken =
  | { readonly kind: "moved" }
  | Unprepared
  | {
      readonly kind: "taken";
      readonly started: readonly { readonly run: Run; readonly alerts: readonly number[] }[];
      readonly suppressed: number;
      /** Waiting runs that have ended, as their alerts resolved. */
      readonly dropped: readonly RunId[];
    };

export interface AlertStore {
  /** `known`: numbers of versions by action id that the caller has. */
  linked(organization: string, known: ReadonlyMap<string, number>): Promise<LinkedActions>;
  /** What `take` would do, as things are now. Writes nothing. */
  foresee(ask: ForeseeAsk): Promise<Foreseen>;
  /** Writes down what a message said and makes the runs that it starts, all in one transaction. */
  take(ask: TakeAsk): Promise<Taken>;
  /** The names of alerts that were received, the one heard last first. Rejects with code BAD_CURSOR. */
  names(ask: PageAsk): Promise<Page<AlertName>>;
  /** Which of these names were received, in no order. */
  heard(ask: { organization: string; names: readonly string[] }): Promise<readonly string[]>;
  /** What was received of one name, what was heard last first. Rejects with code BAD_CURSOR. */
  entries(ask: PageAsk & { readonly name: string }): Promise<Page<AlertEntry>>;
  /** The name of the alert that an entry is of. */
  nameOfEntry(ask: { organization: string; entry: string }): Promise<string | undefined>;
  /** Alerts and starts beyond the limits, the newest minute first. */
  overflow(ask: { organization: string; limit: number }): Promise<readonly AlertOverflow[]>;
  /** Forgets what was last heard of more than `days` ago, some of it; answers whether there is more. */
  forget(ask: { days: number; now: Instant }): Promise<boolean>;
}

interface PageAsk {
  readonly organization: string;
  /** 1 to 1000. */
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Everything that was received under one name. */
export interface AlertName {
  readonly name: string;
  readonly state: AlertState;
  readonly receiver: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Alerts received, repeats too. */
  readonly received: number;
  /** Runs. */
  readonly started: number;
  /** Starts that did not come about. */
  readonly suppressed: number;
}

/** One firing or its end; what says the same again is counted. */
export interface AlertEntry {
  readonly id: string;
  readonly receiver: string;
  readonly name: string;
  readonly state: AlertState;
  readonly fingerprint: string;
  readonly startsAt: Instant | undefined;
  readonly endsAt: Instant | undefined;
  readonly url: string | undefined;
  /** Long ones are cut. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Links that it did not match when it was heard last. */
  readonly unmatched: number;
  readonly outcomes: readonly AlertOutcome[];
}

/** What an alert led to at one link that it matched, or that could not be judged. */
export interface AlertOutcome {
  readonly actionId: string;
  readonly actionName: string;
  readonly link: number;
  /** started: the run; refused: the run that says why it could not start. */
  readonly kind: "started" | "refused" | Suppression | "disabled" | "failed";
  readonly key: string | undefined;
  /** The run that started, or that was alive. */
  readonly run: RunId | undefined;
  /** A sentence; undefined: it started. */
  readonly reason: string | undefined;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** What came in one minute beyond a limit: it was counted, and nothing else. */
export interface AlertOverflow {
  readonly of: "receiver" | "action";
  /** Of the receiver; of an action its id. */
  readonly name: string;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}
