import type { ShellProgram, SshTarget, Task } from "../../runs/ports/executor.ts";
import { targetProblem } from "./target-problem.ts";

/** A task that can be done on another machine: a command line. */
export type SshTask = Task & {
  readonly program: ShellProgram;
  readonly place: { readonly kind: "ssh"; readonly target: SshTarget };
};

/** What a POSIX shell takes for a variable, without the names that our own text there uses. */
const variable = /^(?!rota_)[A-Za-z_][A-Za-z0-9_]*$/;

/** Why a task cannot be done at place `ssh`, a sentence; or the task. */
export function admitToSsh(task: Task): SshTask | { readonly refused: string } {
  const { program, place, env } = task;
  if (place.kind !== "ssh" || program.kind !== "shell")
    return refused("Only command lines (run) can be run at an ssh provider; other steps run at local.");
  if (task.isolation === "required")
    return refused("It asks for full isolation, and on another machine (place ssh) there is none.");
  if (!task.network)
    return refused(
      "It asks for a sandbox without network, and on another machine (place ssh) there is none.",
    );
  const name = Object.keys(env).find((one) => !variable.test(one));
  if (name !== undefined)
    return refused(
      `${JSON.stringify(name.slice(0, 60))} is no name of a variable that a shell can be given.`,
    );
  if ([program.command, ...Object.values(env)].some((text) => text.includes("\0")))
    return refused("The program could not be started: its command or a variable holds a null byte.");
  const problem = targetProblem(place.target);
  return problem === undefined ? { ...task, program, place } : refused(problem);
}

const refused = (sentence: string) => ({ refused: sentence });
