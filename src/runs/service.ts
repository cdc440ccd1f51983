import type { RunbookAction } from "../core/action/action.ts";
import type { AlertLimits } from "../core/alert/admission.ts";
import type { Voter } from "../core/approval/refuse-vote.ts";
import type { LogLine, Run, RunId } from "../core/run/run.ts";
import type { StepRun } from "../core/runbook/step-run.ts";
import type { Milliseconds } from "../core/time.ts";
import type { DryAsk, DryRun } from "./dry-run/dry-run.ts";
import type { TestAsk } from "./follow/test-notifications.ts";
import type { AlertStore } from "./ports/alert-store.ts";
import type { AlertMessage, AlertsTaken } from "./ports/alerts.ts";
import type {
  Bell,
  BundlePaths,
  Clock,
  Credentials,
  PreparedEnvironments,
  Providers,
  Sealer,
  Secrets,
} from "./ports/around.ts";
import type { Executor } from "./ports/executor.ts";
import type { Mailer } from "./ports/mailer.ts";
import type { RunBlobs, RunLog } from "./ports/run-files.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { StartAsk } from "./start/start-run.ts";

/** What runs are made of; whoever composes the product hands it in. */
export interface RunsParts {
  readonly store: RunStore;
  readonly alerts: AlertStore;
  readonly log: RunLog;
  readonly blobs: RunBlobs;
  readonly bell: Bell;
  readonly executor: Executor;
  readonly environments: PreparedEnvironments;
  readonly bundles: BundlePaths;
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  /** Seals the values of secret parameters. */
  readonly sealer: Sealer;
  readonly providers: Providers;
  /** Sends notifications as mail; undefined: those fail with a sentence. */
  readonly mailer?: Mailer | undefined;
  /** A link that lets one person who may answer say whether a run may start, and nobody else. For mails to them alone. */
  readonly approvalLink?: ((run: Run, email: string) => Promise<string | undefined>) | undefined;
  readonly clock: Clock;
  /** Executions at once. */
  readonly workers: number;
  /** What programs have from SIGTERM to SIGKILL; default: 5 s. */
  readonly grace?: Milliseconds | undefined;
  /** Nobody else works on this store: what it says is running at start was left by a server that is gone. */
  readonly ownsStore: boolean;
  /** How long history is kept; default: the newest 1000 runs of each action, none older than 90 days. */
  readonly retention?: Retention | undefined;
  /** For a minute; default: 60 starts of an action by alerts, 6,000 new alerts of a receiver. */
  readonly alertLimits?: AlertLimits | undefined;
  /** Told of what went wrong beside any run: a store that does not answer, a bug. For the server's own log. */
  report(what: string, error: unknown): void;
}

export interface Retention {
  /** Newest runs kept of each action. */
  readonly keep: number;
  readonly days: number;
}

export interface RunRef {
  readonly organization: string;
  readonly run: RunId;
}

/** Somebody's answer to the question whether a run may start. */
export interface VoteAsk extends RunRef {
  readonly voter: Voter;
  readonly approves: boolean;
  /** A comment, or the reason why not. */
  readonly comment: string | undefined;
  /** The round that was looked at; undefined: whichever it is now. */
  readonly round: number | undefined;
}

/** Who asks for something to be done with a run. */
export interface Asker {
  /** An e-mail. */
  readonly actor: string;
  /** Where the request came from, for the audit; absent: from the server itself. */
  readonly address?: string | undefined;
  /** The run whose script asks for it; absent: none. */
  readonly within?: RunId | undefined;
}

export interface RunsService {
  /** Finds what an earlier server left, then starts schedules and workers. Idempotent. */
  start(): Promise<void>;
  /**
   * Takes no more runs, gives those that run `deadline` (10 s) to end, then stops them: they end as interrupted,
   * or wait for their next attempt. Resolves when none is worked on. Idempotent; the executor is the caller's to
   * stop, afterwards.
   */
  stop(deadline?: Milliseconds): Promise<void>;
  /**
   * Creates a run of the action's current version; it may have ended as skipped already (overlap).
   * @throws RunRefused
   */
  startRun(ask: StartAsk): Promise<Run>;
  /**
   * Takes in what a message says: its alerts are in the history and the runs that they start are made once this
   * resolves. What starts nothing is told with the reason.
   * @throws RunRefused `BUSY`: nothing was taken; send it again
   */
  receiveAlerts(message: AlertMessage): Promise<AlertsTaken>;
  /**
   * Ends what has not started, and asks what runs to stop; answers the run as it is then.
   * @throws RunRefused `RUN_MISSING`, `RUN_ENDED`; a cancel that was asked before is no error
   */
  cancelRun(ask: RunRef & Asker): Promise<Run>;
  /**
   * What a run of the action as it is now would do. Nothing is written, started or connected to.
   * @throws RunRefused `ACTION_MISSING`, `NOT_RUNNABLE`, `PARAMETERS_INVALID`
   */
  dryRun(ask: DryAsk): Promise<DryRun>;
  /**
   * Starts a run once more that did not succeed, of a runbook from the step that failed; answers the new run.
   * @throws RunRefused `RUN_MISSING`, `RUN_NOT_ENDED`, `NOT_RUNNABLE`, `ACTION_MISSING`
   */
  retryRun(ask: RunRef & Asker): Promise<Run>;
  /**
   * Lets somebody's answer to the question whether a run may start count; answers the run as it is then.
   * @throws RunRefused `RUN_MISSING`, `RUN_ENDED`, `VOTE_REFUSED`
   */
  vote(ask: VoteAsk): Promise<Run>;
  /**
   * Sends each notification of an action once, as a test; answers the runs that deliver them.
   * @throws RunRefused `ACTION_MISSING`, `NOT_RUNNABLE`
   */
  testNotifications(ask: TestAsk): Promise<readonly Run[]>;
  /** The steps of a run as they are now; undefined: it is none of a runbook. The caller has checked the organization. */
  steps(
    run: Run,
  ): Promise<{ readonly action: RunbookAction; readonly steps: readonly StepRun[] } | undefined>;
  /**
   * Resolves with the run once it has ended.
   * @throws RunRefused `RUN_MISSING`; the signal's reason when that comes first
   */
  finished(ref: RunRef, signal: AbortSignal): Promise<Run>;
  /**
   * Lines after a sequence, in batches that may be shared: leave them as they are. With `follow` it waits for more until the run has ended.
   * @throws RunRefused `RUN_MISSING`; the signal's reason when that comes first
   */
  log(
    ask: RunRef & { readonly after: number; readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<readonly LogLine[]>;
  /** The JSON that `main` returned, as its bytes; the run's organization was checked by the caller. */
  result(run: RunId): Promise<AsyncIterable<Uint8Array> | undefined>;
}
