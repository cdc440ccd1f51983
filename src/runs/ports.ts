import type { Action, Retries } from "../core/action/action.ts";
import type { JsonObject } from "../core/json.ts";
import type { Change } from "../core/run/change.ts";
import type { Cause, IsolationLevel, LogLine, Run, RunId, RunState, Trigger } from "../core/run/run.ts";
import type { Instant, Milliseconds } from "../core/time.ts";

/*
 * The ports that runs need, declared where they are used. One call is one transaction; no handle
 * crosses; time is an argument; nothing in a verb awaits anything foreign.
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
  readonly trigger: Trigger;
  readonly actor: string;
  readonly parameters: JsonObject;
  readonly state: "waiting" | "queued" | "skipped" | "failed";
  readonly reason: string | undefined;
  readonly createdAt: Instant;
  readonly dueAt: Instant;
  /** Unique per action: an existing tick or key is returned, not made again. */
  readonly key: string | undefined;
}

/** An installation of packages for a version, which has ended. */
export interface BuildRun {
  readonly id: RunId;
  /** Number 0: it was not accepted, and is no version of the action. */
  readonly version: Version;
  readonly actor: string;
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
  /** The pinned version's, which say whether it is tried again. */
  readonly retries: Retries;
}

export interface Due {
  readonly ticks: readonly DueTick[];
  /** Runs whose delay is over. */
  readonly delays: readonly Run[];
  /** Runs whose lease ran out: their worker is gone. */
  readonly lost: readonly LostRun[];
  /** When to look again at the latest; undefined: nothing waits. */
  readonly next: Instant | undefined;
}

export interface RunQuery {
  readonly organization: string;
  readonly actionId?: string;
  readonly actionName?: string;
  readonly state?: RunState;
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
  /** The version that a run created now would pin. */
  version(organization: string, actionId: string): Promise<Version | undefined>;
  /** Writes an installation down as a run that has ended. It counts for no limit and no summary. */
  keepBuild(run: BuildRun): Promise<void>;
  /** Code digests that are live, or pinned by runs that have not ended; of all organizations. */
  codesInUse(): Promise<readonly string[]>;
  /** The newest state of each action that ever ran. */
  summaries(organization: string): Promise<readonly ActionSummary[]>;
  /**
   * Ended runs that are not among the newest `keep` of their action or were created before `before`: those of
   * the next few actions after the cursor `after` (undefined: from the first). `next`: undefined when done.
   */
  outdated(ask: {
    keep: number;
    before: Instant;
    after: string | undefined;
  }): Promise<{ readonly runs: readonly RunId[]; readonly next: string | undefined }>;
  /** Forgets ended runs and their events; others are left alone. */
  remove(runs: readonly RunId[]): Promise<void>;
}

/** A line before the log has numbered it. */
export type NewLogLine = Omit<LogLine, "sequence">;

/** Append-only log of each run. Reading from a sequence on never misses and never repeats. */
export interface RunLog {
  /** Numbers the lines on from the last one of the run, across attempts and restarts. */
  append(run: RunId, lines: readonly NewLogLine[]): Promise<void>;
  /** What was appended survives a loss of power. Rejects when nothing ever was. */
  sync(run: RunId): Promise<void>;
  /**
   * The lines after a sequence, in batches. Those who read the same log may get the same batches: leave them as
   * they are. At the end of what there is, `more` is awaited: true: look again, false: done (undefined: done).
   */
  read(run: RunId, after: number, more?: () => Promise<boolean>): AsyncIterable<readonly LogLine[]>;
  remove(runs: readonly RunId[]): Promise<void>;
}

/** Bytes that belong to a run: what went in, what came out. Never parsed on the way. */
export interface RunBlobs {
  put(run: RunId, what: "input" | "result", bytes: AsyncIterable<Uint8Array>): Promise<number>;
  get(run: RunId, what: "input" | "result"): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(runs: readonly RunId[]): Promise<void>;
}

/**
 * A hint that something changed; may be lost. Topics: "runs" (some run may be ready), "cancels" (a running one
 * was asked to stop), "run:<id>" (its state changed), "log:<id>" (it has new lines).
 */
export interface Bell {
  ring(topic: string): void;
  on(topic: string, heard: () => void): () => void;
}

/** Tells the time and wakes up; tests turn it by hand. */
export interface Clock {
  now(): Instant;
  /** Calls `ring` once, at `at` or soon after; the answer takes it back. */
  alarm(at: Instant, ring: () => void): () => void;
}

/** What a run's scripts reach OpenObserve with: `ORIGIN_CLUSTER_URL` and `ORIGIN_CLUSTER_TOKEN`. */
export interface Credentials {
  /**
   * `refused`: a sentence; the run ends as failed with it and never starts. undefined: the run gets none.
   * Rejects when that cannot be found out now.
   */
  forRun(
    run: Run,
    version: Version,
  ): Promise<{ readonly url: string; readonly token: string } | { readonly refused: string } | undefined>;
}

/** Where the unpacked code of a version is. */
export interface BundlePaths {
  /** Absolute. */
  path(code: string): string;
}

/** The dependency environments of bundles, as the executor has them. */
export interface PreparedEnvironments {
  /** `log` is told the lines of an installation, if there is one. Rejects with a sentence for the action's author. */
  prepare(
    bundle: string,
    signal: AbortSignal,
    log: (line: string) => void,
  ): Promise<{ folder: string | undefined }>;
}

/** What the executor is asked to do: a program and a place. */
export interface Task {
  readonly run: RunId;
  readonly program: Program;
  readonly place: Place;
  /** The whole environment that the program sees besides the executor's own few variables (PATH, HOME, TMPDIR, LANG). */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly network: boolean;
  readonly isolation: "best" | "required";
  /**
   * Executions of the same key are made by one process, one at a time, as long as it lives: what the modules of the
   * program hold survives. undefined: each has a process of its own. Python only.
   */
  readonly keep: string | undefined;
}
export interface PythonProgram {
  readonly kind: "python";
  /** "scheduled" calls main(); "realtime" calls main(data, logger) with the input, a JSON list. */
  readonly entry: "scheduled" | "realtime";
  /** Folder of the unpacked bundle, absolute. The program cannot write to it. */
  readonly bundle: string;
  /** Folder of its dependency environment, absolute; undefined: standard library only. */
  readonly environment: string | undefined;
}
export interface ShellProgram {
  readonly kind: "shell";
  /**
   * What `sh` runs, as written: nothing is ever spliced into it. Values reach it as variables and as its standard
   * input; lines `name=value` that it writes to the file `$ROTA_OUTPUT` are the result.
   */
  readonly command: string;
  /** Folder of an unpacked bundle, absolute, which `$ROTA_BUNDLE` names. undefined: none. The program cannot write to it. */
  readonly bundle: string | undefined;
}
export type Program = PythonProgram | ShellProgram;

/** `host`: on the server's machine itself, as one of its users; undefined: the user that the server runs as. */
export type Place =
  | { readonly kind: "sandbox" }
  | { readonly kind: "host"; readonly user: string | undefined };

export interface Limits {
  readonly timeout: Milliseconds;
  /** From SIGTERM to SIGKILL. */
  readonly grace: Milliseconds;
  readonly memory: number;
  readonly processes: number;
  /** Bytes of stdout, stderr and log together, and of the result. */
  readonly output: number;
  readonly disk: number;
}

/** A piece of output, as it comes: at most one line, without its newline. */
export interface Chunk {
  readonly at: Instant;
  readonly stream: LogLine["stream"];
  readonly level: LogLine["level"];
  readonly text: string;
}

/** One shape for every way that an execution can end; the first cause wins. */
export interface Outcome {
  readonly end: Cause;
  /** A sentence; undefined only for "succeeded". */
  readonly reason: string | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly duration: Milliseconds;
  readonly peakMemory: number | undefined;
  readonly cpuTime: Milliseconds | undefined;
  /** undefined also at place `host`, where there is none. */
  readonly isolation: IsolationLevel | undefined;
  /**
   * Never parsed here; undefined where there is none. Of python: UTF-8 JSON of what main returned. Of shell: the
   * bytes that it wrote to `$ROTA_OUTPUT`.
   */
  readonly result: Uint8Array | undefined;
}

export interface Executor {
  /** Never rejects for what the program does; rejects only for a bug of ours. */
  execute(
    task: Task,
    io: { input: AsyncIterable<Uint8Array>; output(chunk: Chunk): Promise<void>; signal: AbortSignal },
  ): Promise<Outcome>;
  /** Idempotent; ends every child, resolves when none is alive. */
  stop(): Promise<void>;
}
