import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import { createExecutor, type ExecutorOptions } from "../../src/executor/index.ts";
import type {
  Chunk,
  Executor,
  Limits,
  Outcome,
  Place,
  Program,
  Task,
} from "../../src/runs/ports/executor.ts";

export const MiB = 2 ** 20;

/** A temporary data folder and an executor on it; both gone when the test ends. */
export function world(options: Omit<ExecutorOptions, "dataDir"> = {}, folder?: string) {
  const made = makeWorld(options, folder);
  onTestFinished(made.end);
  return made;
}

/** The same for all tests of a file that do not disturb one another. */
export function sharedWorld(options: Omit<ExecutorOptions, "dataDir"> = {}) {
  const made = makeWorld(options);
  afterAll(made.end);
  return made;
}

export function makeWorld(options: Omit<ExecutorOptions, "dataDir">, folder?: string) {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), "rota-executor-"));
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o711);
  const executor = createExecutor({ ...options, dataDir });
  const end = async () => {
    await executor.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return {
    dataDir,
    executor,
    end,
    bundle: (files: string | Record<string, string>) => bundle(dataDir, files),
    processes: () => processesWith(dataDir),
    remains: () => executionFolders(dataDir),
  };
}

/** Folders of executions below those of living keepers. */
function executionFolders(dataDir: string): string[] {
  const folder = join(dataDir, "executions");
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => !name.endsWith(".lock") && existsSync(join(folder, name)))
    .flatMap((name) => readdirSync(join(folder, name)))
    .filter((name) => name !== "code");
}

let made = 0;
/** An unpacked bundle; a text alone is its main.py. */
export function bundle(dataDir: string, files: string | Record<string, string>): string {
  const folder = join(dataDir, "bundles", String(made++));
  for (const [path, text] of Object.entries(typeof files === "string" ? { "main.py": files } : files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface Asked {
  /** Instead of main.py of the folder. */
  program?: Program;
  place?: Place;
  run?: string;
  entry?: "scheduled" | "realtime" | "step";
  /** Instead of main.py. */
  file?: string;
  environment?: string;
  env?: Record<string, string>;
  limits?: Partial<Limits>;
  network?: boolean;
  isolation?: "best" | "required";
  keep?: string;
  input?: AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
  output?: (chunk: Chunk) => Promise<void>;
}

export interface Execution {
  outcome: Outcome;
  chunks: Chunk[];
  /** Lines as `stream: text`. */
  lines: string[];
}

/** Executes a command line, with nothing on its standard input, and collects all that comes of it. */
export const sh = (executor: Executor, command: string, asked: Asked & { bundle?: string } = {}) =>
  collect(executor, task("", { ...asked, program: { kind: "shell", command, bundle: asked.bundle } }), {
    input: bytes(""),
    ...asked,
  });

/** Executes main.py and collects all that comes of it. */
export const execute = async (executor: Executor, folder: string, asked: Asked = {}) => {
  const execution = await collect(executor, task(folder, asked), asked);
  const { result } = execution.outcome;
  return { ...execution, result: result && JSON.parse(Buffer.from(result).toString("utf8")) };
};

async function collect(executor: Executor, given: Task, asked: Asked): Promise<Execution> {
  const chunks: Chunk[] = [];
  const outcome = await executor.execute(given, {
    input: asked.input ?? bytes("[]"),
    signal: asked.signal ?? new AbortController().signal,
    output: async (chunk) => {
      chunks.push(chunk);
      await asked.output?.(chunk);
    },
  });
  return {
    outcome,
    chunks,
    lines: chunks.map((chunk) => `${chunk.level ?? chunk.stream}: ${chunk.text}`),
  };
}

function task(folder: string, asked: Asked = {}): Task {
  return {
    run: asked.run ?? "0000000000000000000000000",
    program: asked.program ?? {
      kind: "python",
      entry: asked.entry ?? "scheduled",
      file: asked.file ?? "main.py",
      bundle: folder,
      environment: asked.environment,
    },
    place: asked.place ?? { kind: "sandbox" },
    env: asked.env ?? {},
    network: asked.network ?? true,
    isolation: asked.isolation ?? "best",
    keep: asked.keep,
    limits: {
      timeout: 90_000,
      grace: 500,
      memory: 512 * MiB,
      processes: 64,
      output: 10 * MiB,
      disk: 256 * MiB,
      ...asked.limits,
    },
  };
}

export async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** Waits until `holds`, looking often; fails when it does not within the bound. */
export async function eventually(holds: () => boolean, ms = 40_000): Promise<void> {
  const until = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > until) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Pids whose command line or environment contains `text`. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const [, state] = /\) (\S)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        if (state === "Z") return false;
        return ["cmdline", "environ"].some((file) =>
          readFileSync(`/proc/${name}/${file}`, "utf8").includes(text),
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
