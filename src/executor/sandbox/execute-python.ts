import { join } from "node:path";
import type { Outcome, PythonProgram, Task } from "../../runs/ports/executor.ts";
import { finish, type Io } from "../end/finish.ts";
import { notStarted } from "../end/outcome.ts";
import { pythonEnding } from "../end/python-ending.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import { isFolder } from "../machine/is-folder.ts";
import type { Connection } from "./keeper.ts";
import { runProgram } from "./run-program.ts";
import type { Surroundings } from "./surroundings.ts";
import { shownAt, zygoteOf } from "./zygote.ts";

/** Runs a file of a bundle once, as `runner.py` does it: in a fork of a warm interpreter where there is one. */
export async function executePython(
  connection: Connection,
  python: Interpreter,
  task: Task & { readonly program: PythonProgram },
  { level, isolation, ...surroundings }: Surroundings,
  io: Io,
): Promise<Outcome> {
  const { bundle, environment, entry, file } = task.program;
  if (!isInside(file))
    return notStarted(
      `"${file}" is no Python file of the action's folder: name one by its path in there, as in "steps/report.py".`,
    );
  if (!(await isFolder(bundle))) return notStarted("The action's code is not on this machine any more.");
  if (environment !== undefined && !(await isFolder(environment)))
    return notStarted("The action's dependency environment is not on this machine any more.");
  const full = level === "full";
  const seen = full ? shownAt : { bundle, packages: environment, code: connection.code };
  const given = {
    entry,
    file,
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
      level,
      network: task.network,
      read: zygote.read,
      bundle,
      zygote: full ? zygote : undefined,
      task: given,
      keep: task.keep,
      home: undefined,
      ...surroundings,
      input: entry === "scheduled" ? undefined : io.input,
      result: true,
      descriptors: "runner",
    },
    io,
    (ended) =>
      finish(ended, task, isolation, io, {
        byItself: (message) => pythonEnding(message, task.limits),
        hasResult: ({ report }) => report?.result === true,
        tooLong: undefined, // only one that forged its report can come to this
      }),
  );
}

/** Whether a path names a Python file, and none outside of the folder that it is relative to. */
function isInside(file: string): boolean {
  const parts = file.split("/");
  return (
    file.endsWith(".py") && !/[\\\0]/.test(file) && !parts.some((part) => ["", ".", ".."].includes(part))
  );
}
