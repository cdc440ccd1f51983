import { type CommandModule, examples } from "../command.ts";
import { addConnectionOptions } from "../connection/connection.ts";
import type { Check } from "../doctor/check.ts";
import { checkExecutor } from "../doctor/check-executor.ts";
import { checkData, checkGit, checkNode, checkSsh } from "../doctor/check-machine.ts";
import { checkServer } from "../doctor/check-server.ts";
import { showEscapes } from "../doctor/show-escapes.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";

/** `rota doctor` */
export const doctor: CommandModule = {
  define(command) {
    command.option("--isolation", "instead, try to escape from executions on this machine");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota doctor", "what is here, what is missing, and what to do about it"],
      ["rota doctor --isolation", "what an action could reach on this machine"],
    ]);
  },

  async run(io, values) {
    if (values.options.isolation === true) return showEscapes(io, wantsJson(values));
    const checks = (
      await Promise.all([
        checkNode(),
        checkGit(),
        checkSsh(io),
        checkExecutor(io),
        checkData(io),
        checkServer(io, values),
      ])
    ).flat();
    const ok = checks.every((check) => check.ok || !check.needed);
    if (wantsJson(values)) printJson(io, { ok, checks });
    else for (const check of checks) printCheck(io, check);
    return ok ? exitCode.done : exitCode.internal;
  },
};

function printCheck(io: Io, { name, ok, needed, found, advice }: Check): void {
  const mark = ok
    ? io.style("green", "ok     ")
    : needed
      ? io.style("red", "missing")
      : io.style("yellow", "note   ");
  io.out(`${mark}  ${name.padEnd(16)} ${neutralise(found)}`);
  if (advice !== null) io.out(`${" ".repeat(26)}${advice}`);
}
