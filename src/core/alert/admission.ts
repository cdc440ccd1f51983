import type { Instant, Milliseconds } from "../time.ts";
import type { Alert } from "./alert.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** An alert as far as it matters to what becomes of it. */
export interface HeardAlert extends Pick<Alert, "fingerprint" | "state" | "startsAt"> {
  /** Of its entry in the history, unless it is told of in one that is there. */
  readonly id: string;
}

/** A start that alerts of one message ask for by one link of an action. */
export interface AskedStart {
  readonly actionId: string;
  /** Number of the link, from 0. */
  readonly link: number;
  /** Which alerts of the message, in their order; several only for real-time actions. */
  readonly alerts: readonly number[];
  /** One run of it is alive at a time; undefined: any number. */
  readonly key: string | undefined;
  readonly cooldown: Milliseconds | undefined;
  /** Firing alerts ask for a run that waits for a delay: it is dropped once none of them fires any more. */
  readonly delayed: boolean;
  /** The run that was made for it; undefined: not yet. */
  readonly prepared:
    | { readonly run: string; readonly alerts: readonly number[]; readonly ended: boolean }
    | undefined;
}

/** An entry of the history that a message may tell of again. */
export interface KnownEntry extends Pick<HeardAlert, "id" | "fingerprint" | "state" | "startsAt"> {
  /** The last that was heard of its series. */
  readonly latest: boolean;
  /** Links (`linkOf`) that have dealt with it. */
  readonly dealtWith: readonly string[];
}

/** A run that has not started and waits for a delay or for approval, and the firing alerts that asked for it. */
export interface WaitingRun {
  readonly run: string;
  /** Of `keyOf`. */
  readonly key: string;
  /** Somebody has to agree, and no delay is left: it stays when its alerts resolve. */
  readonly asksApproval: boolean;
  readonly alerts: readonly Pick<HeardAlert, "fingerprint" | "startsAt">[];
  /** How many more, of other receivers. */
  readonly elsewhere: number;
}

/** What the store knows of all that a message speaks of. */
export interface Standing {
  readonly entries: readonly KnownEntry[];
  /** By `keyOf`: the run that is alive, and when the last one was started. */
  readonly keys: ReadonlyMap<string, KeyStanding>;
  readonly waiting: readonly WaitingRun[];
  readonly receiver: TokenBucket | undefined;
  readonly actions: ReadonlyMap<string, TokenBucket>;
}
export interface KeyStanding {
  readonly live: string | undefined;
  readonly startedAt: Instant | undefined;
}

export interface AlertLimits {
  /** Starts of one action by alerts, and new entries of one receiver. */
  readonly perAction: number;
  readonly perReceiver: number;
}

/** Why an alert starts nothing by a link that it matches. */
export type Suppression = "alive" | "repeated" | "cooldown" | "limited";

/** What becomes of an alert. */
export type Heard =
  /** Beyond the limit of its receiver: it is counted, and starts nothing. */
  | { readonly kind: "counted" }
  | { readonly kind: "new"; readonly entry: string }
  | { readonly kind: "again"; readonly entry: string };

/** What becomes of an alert at a start that it asks for. */
export interface StartVerdict {
  readonly alert: number;
  readonly entry: string;
  readonly kind: "started" | Suppression;
  /** The run that starts or is alive. */
  readonly run: string | undefined;
}

export interface Admission {
  readonly heard: readonly Heard[];
  /** For each start that was asked for: one verdict for each of its alerts that counts. */
  readonly starts: readonly (readonly StartVerdict[])[];
  /** Starts that come about without the run that was made for exactly these alerts. */
  readonly unprepared: readonly number[];
  /** Runs that are dropped, as no alert asks for them any more. */
  readonly dropped: readonly string[];
  /** Runs that wait for approval and whose alerts have all resolved. */
  readonly resolved: readonly string[];
  readonly receiver: TokenBucket | undefined;
  readonly actions: ReadonlyMap<string, TokenBucket>;
}

/** A text for an action and a key; `undefined` is not the empty key. */
export const keyOf = (actionId: string, key: string | undefined): string => `${actionId} ${storedKey(key)}`;
export const storedKey = (key: string | undefined): string => (key === undefined ? "" : `=${key}`);
/** A text for a link of an action. */
export const linkOf = ({ actionId, link }: { actionId: string; link: number }): string =>
  `${actionId} ${link}`;
