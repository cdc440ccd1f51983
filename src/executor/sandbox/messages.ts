import type { IsolationLevel } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Chunk, Limits } from "../../runs/ports/executor.ts";

/** A warm interpreter that executions may be forks of, at level full. One for each `key`. */
export interface ZygoteAsk {
  readonly key: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly read: readonly Shown[];
}

/** A path of this machine, and where it is seen. */
export type Shown = readonly [source: string, target: string];

/** What the keeper is asked to start. Paths are absolute. */
export interface StartMessage {
  readonly op: "start";
  readonly id: string;
  /** Made by the server for this one execution: holds `input`, gets `result`. */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly level: IsolationLevel;
  /** Where the program starts; made by the keeper when it lies in `folder`. */
  readonly home: string;
  /** Level full: where its tree is put together, and what is shown in it. */
  readonly root: string;
  readonly read: readonly Shown[];
  /** Level full: shown at `/action`. */
  readonly bundle: string | null;
  /** What it may be forked from instead of running `argv`, and what the fork is then told. */
  readonly zygote: ZygoteAsk | null;
  readonly task: object | null;
  /** It stays after its call, for further ones of this key. */
  readonly keep: string | null;
  /** Existing folders that the program may write to, besides its scratch space. */
  readonly write: readonly string[];
  readonly network: boolean;
  /** A user of its own, where the keeper may give it one. */
  readonly separate: boolean;
  /** A user of the machine, as whom it runs unconfined; null: in the sandbox. */
  readonly user: MachineUser | null;
  /** Where it starts, if not in `home`. */
  readonly cwd: string | null;
  readonly umask: number;
  /** Whether the program reads the file `input`, and has the file `result` to write to. */
  readonly input: boolean;
  readonly result: boolean;
  /**
   * "runner": 3 is the input, 4 the result, 5 the channel of runner.py. "plain": 0 is the input, and no other is
   * given; the result is found by its path.
   */
  readonly descriptors: "runner" | "plain";
  /** Whom SIGTERM goes to when it is to end: every process of it, or the program, which ends the others itself. */
  readonly term: "tree" | "program";
  /** Level full: where the file `result` is shown in the tree; null: nowhere. */
  readonly shown: string | null;
}

export interface MachineUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

export interface OutputMessage {
  readonly op: "output";
  readonly id: string;
  readonly at: Instant;
  readonly lines: readonly (readonly [Chunk["stream"], Chunk["level"] | null, string])[];
  /** To be acknowledged when dealt with. */
  readonly bytes: number;
}

/** How an execution ended, as the keeper saw it. */
export interface EndMessage {
  readonly op: "end";
  readonly id: string;
  /** The program could not be started. */
  readonly error: string | null;
  /** Why the keeper ended it; null: it ended by itself. */
  readonly cause: "timeout" | "cancel" | "stop" | "memory" | "output" | "processes" | "disk" | null;
  readonly code: number | null;
  readonly signal: string | null;
  /** Somewhere on the machine the kernel ended a process for want of memory while this one ran. */
  readonly starved: boolean;
  readonly report: { readonly end: string; readonly reason: string | null; readonly result: boolean } | null;
  /** Processes that the program left behind and that were ended. */
  readonly left: number;
  /** false: the guardian itself was killed. */
  readonly guarded: boolean;
  readonly duration: number;
  readonly peak: number;
  readonly cpu: number;
}

export interface HelloMessage {
  readonly op: "hello";
  readonly pid: number;
  readonly folder: string;
  /** What control groups limit: of "memory" and "pids". */
  readonly groups: readonly string[];
}

/** What became of a zygote that was asked for. */
export interface ZygoteMessage {
  readonly op: "zygote";
  readonly key: string;
  readonly state: "ready" | "threads" | "failed";
  readonly reason: string | null;
}

export type KeeperMessage = HelloMessage | OutputMessage | EndMessage | ZygoteMessage;
