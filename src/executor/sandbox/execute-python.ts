import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Instant } from "../../core/time.ts";
import type { Chunk, Executor, Outcome, Task } from "../../runs/ports.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Connection } from "./keeper.ts";
import type { Isolation } from "./level.ts";
import { cancelledEarly, lost, notStarted, outcomeOf } from "./outcome.ts";
import { type Ended, runProgram } from "./run-program.ts";
import { shownAt, zygoteOf } from "./zygote.ts";

type Io = Parameters<Executor["execute"]>[1] & { clock(): Instant };

/** What the machine cannot give this task, as a sentence; undefined when it can run. */
export function refuse(task: Task, { level, missing }: Isolation): string | undefined {
  if (level === "full") return undefined;
  const why = `this machine offers only level "${level}" (${missing.join(" ")} rota doctor tells more)`;
  if (task.isolation === "required") return `The action asks for full isolation, and ${why}.`;
  if (!task.network) return `The action asks for a sandbox without network, and ${why}.`;
  return undefined;
}

/** Runs main.py of a bundle once, as `runner.py` does it: in a fork of a warm interpreter where there is one. */
export async function executePython(
  connection: Connection,
  python: Interpreter,
  task: Task,
  isolation: Isolation,
  io: Io,
): Promise<Outcome> {
  const { bundle, environment, entry } = task.program;
  if (!(await isFolder(bundle))) return notStarted("The action's code is not on this machine any more.");
  if (environment !== undefined && !(await isFolder(environment)))
    return notStarted("The action's dependency environment is not on this machine any more: apply it again.");
  const full = isolation.level === "full";
  const seen = full ? shownAt : { bundle, packages: environment, code: connection.code };
  const given = {
    entry,
    bundle: seen.bundle,
    environment: environment === undefined ? null : seen.packages,
    limit: task.limits.output,
    kept: task.keep !== undefined,
  };
  const zygote = zygoteOf(connection, python, environment);
  return runProgram(
    connection,
    {
      argv: [
        ...[python.executable, "-I", "-S", "-B", "-X", "utf8"],
        ...[join(seen.code, "runner.py"), JSON.stringify(given)],
      ],
      env: task.env,
      limits: task.limits,
      level: isolation.level,
      network: task.network,
      read: zygote.read,
      bundle,
      zygote: full ? zygote : undefined,
      task: given,
      keep: task.keep,
      home: undefined,
      separate: isolation.separate,
      umask: 0o077,
      input: entry === "realtime" ? io.input : undefined,
      result: true,
    },
    io,
    (ended) => finish(ended, task, isolation, io),
  );
}

async function finish(ended: Ended, task: Task, { level }: Isolation, io: Io): Promise<Outcome> {
  switch (ended.kind) {
    case "aborted":
      return cancelledEarly();
    case "unprepared":
      return notStarted(`The execution could not be prepared: ${ended.reason}`);
    case "lost":
      return lost("The keeper of executions died while it ran.");
    case "ended": {
      if (ended.message.left > 0) await io.output(leftBehind(ended.message.left, io.clock()));
      const result = ended.message.report?.result
        ? await readResult(ended.result, task.limits.output)
        : undefined;
      return outcomeOf(ended.message, task.limits, level, result);
    }
  }
}

const leftBehind = (count: number, at: Instant): Chunk => ({
  at,
  stream: "system",
  level: undefined,
  text: `${count} ${count === 1 ? "process" : "processes"} that it left behind ended with it.`,
});

/** The bytes that the program left; more than the limit can only be the work of one that forged its report. */
async function readResult(file: string, limit: number): Promise<Uint8Array | undefined> {
  const { size } = await stat(file);
  return size > 0 && size <= limit ? readFile(file) : undefined;
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
