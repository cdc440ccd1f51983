import type { Cause, IsolationLevel, LogLine, RunId } from "../../core/run/run.ts";
import type { HttpRequest } from "../../core/runbook/http-request.ts";
import type { Instant, Milliseconds } from "../../core/time.ts";

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
  /**
   * "scheduled" calls main(); "realtime" calls main(data, logger) with the input, a JSON list; "step" calls
   * main(data, logger) with the input, a JSON object, and may return anything that JSON has.
   */
  readonly entry: "scheduled" | "realtime" | "step";
  /** What holds `main`, relative to the bundle: "main.py" but for steps. */
  readonly file: string;
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

/** A request, made by the server itself. The body of the answer is its output; what the answer was is the result. */
export interface HttpProgram extends HttpRequest {
  readonly kind: "http";
}
export type Program = PythonProgram | ShellProgram | HttpProgram;

/** Where a program runs. Python: sandbox or host; shell: any; http: sandbox, which means the server's own process. */
export type Place =
  | { readonly kind: "sandbox" }
  /** On the server's machine itself, as one of its users; undefined: the user that the server runs as. */
  | { readonly kind: "host"; readonly user: string | undefined }
  /** On another machine. Tasks of one run that have equal targets share a connection, until `release`. */
  | { readonly kind: "ssh"; readonly target: SshTarget };

/** A machine that is reached over ssh, with everything that is needed for it. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The private key as it was kept, byte for byte. A secret. */
  readonly key: string;
  /** Type and base64 of the only key that the machine may have. */
  readonly hostKey: string;
  readonly jump: SshTarget | undefined;
}

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
   * bytes that it wrote to `$ROTA_OUTPUT`. Of http: UTF-8 JSON `{"status", "headers", "body"}`, the body parsed where it
   * is JSON, else a text; null where it is neither or too long, which `"note"` then says.
   */
  readonly result: Uint8Array | undefined;
}

export interface Executor {
  /** Never rejects for what the program does; rejects only for a bug of ours. */
  execute(
    task: Task,
    io: { input: AsyncIterable<Uint8Array>; output(chunk: Chunk): Promise<void>; signal: AbortSignal },
  ): Promise<Outcome>;
  /** Ends what was kept open for a run between its tasks: connections. Idempotent; never rejects. */
  release(run: RunId): Promise<void>;
  /** Idempotent; ends every child, resolves when none is alive. */
  stop(): Promise<void>;
}
