/*
 * The runbooks that are measured, as the files of a repository. Each command is `true`: what is left is what Rota
 * itself takes for it.
 */
import type { Remote } from "../../test/executor/ssh/remote.ts";

/** The name of the provider, and of the secret that its key is. */
export const machine = { provider: "machine", secret: "bench_key" } as const;

const project = "scope: bench\n";
const head = "type: runbook\ntimeout: 5m\nconcurrency: { overlap: allow }\nsteps:\n";

/** Commands that do nothing, as many as that, each on a line. */
export const script = (count: number): string => `${Array(count).fill("true").join("\n")}\n`;

const trivialSteps = (count: number, where = ""): string =>
  Array.from({ length: count }, (_, index) => `  - { name: Step ${index + 1}, ${where}run: "true" }\n`).join(
    "",
  );

/** Runbooks whose steps run in the sandbox. */
export const localRunbooks: Readonly<Record<string, string>> = {
  "rota.yaml": project,
  "actions/three_steps/action.yaml": head + trivialSteps(3),
  "actions/one_script/action.yaml": `${head}  - { name: All, run: ${JSON.stringify(script(3))} }\n`,
  "actions/twenty_steps/action.yaml": head + trivialSteps(20),
  "actions/two_steps/action.yaml": `${head}${trivialSteps(1)}  - { name: Step 2, python: step.py }\n`,
  "actions/two_steps/step.py": "def main(data, logger):\n    return {}\n",
};

/** A provider of kind ssh, and a runbook with so many steps there. */
export const remoteRunbook = ({ target }: Remote, count: number): Readonly<Record<string, string>> => {
  const { host, port, user, hostKey } = target;
  const provider = JSON.stringify({
    kind: "ssh",
    host,
    port,
    user,
    key: { secret: machine.secret },
    hostKey,
  });
  return {
    "rota.yaml": `${project}providers:\n  ${machine.provider}: ${provider}\n`,
    "actions/remote_steps/action.yaml": head + trivialSteps(count, `provider: ${machine.provider}, `),
  };
};
