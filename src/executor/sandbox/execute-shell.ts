import type { Outcome, ShellProgram, Task } from "../../runs/ports/executor.ts";
import { bytesText } from "../end/amounts.ts";
import { finish, type Io } from "../end/finish.ts";
import { notStarted } from "../end/outcome.ts";
import { shellEnding } from "../end/shell-ending.ts";
import { isFolder } from "../machine/is-folder.ts";
import type { Connection } from "./keeper.ts";
import { runProgram } from "./run-program.ts";
import type { Surroundings } from "./surroundings.ts";
import { shownAt } from "./zygote.ts";

/** POSIX promises a shell by this name in no fixed place; every system that Rota runs on has it here. */
const shell = "/bin/sh";

/**
 * Runs a command line once. It is one argument of `sh`: whatever a value holds, it never becomes part of the
 * command. What the command writes to `$ROTA_OUTPUT` is the result.
 */
export async function executeShell(
  connection: Connection,
  task: Task & { readonly program: ShellProgram },
  { level, isolation, ...surroundings }: Surroundings,
  io: Io,
): Promise<Outcome> {
  const { command, bundle } = task.program;
  if (bundle !== undefined && !(await isFolder(bundle)))
    return notStarted("The code of this step is not on this machine any more.");
  const seen = bundle === undefined || level !== "full" ? bundle : shownAt.bundle;
  return runProgram(
    connection,
    {
      argv: [shell, "-c", "--", command],
      env: { ...task.env, ...(seen === undefined ? {} : { ROTA_BUNDLE: seen }) },
      limits: task.limits,
      level,
      network: task.network,
      read: [],
      bundle,
      zygote: undefined,
      task: undefined,
      keep: undefined,
      home: undefined,
      ...surroundings,
      input: io.input,
      result: true,
      descriptors: "plain",
    },
    io,
    (ended) =>
      finish(ended, task, isolation, io, {
        byItself: shellEnding,
        hasResult: ({ error }) => error === null,
        tooLong: {
          end: "output_limit",
          reason: `It wrote more than ${bytesText(task.limits.output)} to $ROTA_OUTPUT (resources.output).`,
        },
      }),
  );
}
