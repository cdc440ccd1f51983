import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExecutor, type MachineDescription } from "../../executor/index.ts";
import type { Io } from "../io.ts";
import { type Check, failed, passed } from "./check.ts";

/** What actions would run on: Python, what installs their packages, how well they are isolated. */
export async function checkExecutor(io: Io): Promise<readonly Check[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "rota-doctor-"));
  const executor = createExecutor({
    dataDir,
    allowHost: io.env.ROTA_ALLOW_HOST_STEPS === "true",
  });
  try {
    return checks(await executor.describe());
  } finally {
    await executor.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const withoutGroups =
  "none that could be divided; memory and processes are limited all the same (in a systemd service, Delegate=yes gives them)";

function checks(machine: MachineDescription): readonly Check[] {
  const { python, version, level, installer } = machine;
  const groups = machine.groups.length > 0 ? `limit ${machine.groups.join(" and ")}` : withoutGroups;
  const missing = machine.missing.join(" ");
  const advice = machine.advice.join(" ");
  if (python === undefined) return [failed("Python", true, missing, advice)];
  return [
    passed("Python", true, `${version} (${python})`),
    installer === undefined
      ? failed(
          "Python packages",
          false,
          "neither uv nor pip was found",
          "Install uv or pip, for actions that have a pyproject.toml.",
        )
      : passed("Python packages", false, `installed by ${installer}`),
    level === undefined
      ? failed("Isolation", true, missing, advice || "Nothing can be run here as it is.")
      : level === "full"
        ? passed("Isolation", false, "full")
        : failed("Isolation", false, `${level}. ${missing}`.trim(), advice || "Runs go on, less isolated."),
    passed("Warm starts", false, warmth(machine)),
    passed("Control groups", false, groups),
    passed("Host steps", false, hostSteps(machine)),
  ];
}

const warmth = ({ level, cold }: MachineDescription): string =>
  level !== undefined && cold === undefined
    ? "yes: runs are forks of an interpreter that has imported what they need"
    : `no, each run starts its own: ${cold ?? "nothing can be run"}`;

const hostSteps = (machine: MachineDescription): string =>
  machine.hostSteps
    ? "allowed: a server with these settings lets steps act on this machine as its users"
    : "not allowed (rota serve --allow-host-steps)";
