import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scale } from "../exec/scale.ts";
import { interleaved, type Row } from "../row.ts";
import { machine, remoteRunbook } from "./actions.ts";
import { bare } from "./bare.ts";
import type { World } from "./world.ts";

const steps = 10;

/**
 * Steps at another machine over the one connection of their run, against as many of the ssh command that share one:
 * both make the connection anew for each run.
 */
export async function sshSteps({ client, folder, remote, apply }: World): Promise<readonly Row[]> {
  if (remote === undefined) {
    process.stdout.write("ssh steps: skipped, this machine has no ssh client\n");
    return [];
  }
  await apply(remoteRunbook(remote, steps));
  const ssh = sshCommand(folder, remote.target);
  const samples = await interleaved(
    scale.sshRuns,
    () => client.test("remote_steps"),
    async () => {
      for (let left = steps; left > 0; left--) await ssh.run("true");
      await ssh.end();
    },
  );
  return [
    {
      what: `runbook of ${steps} steps at ${machine.provider}, of kind ssh, through HTTP`,
      floor: `${steps} × ssh machine true, ControlMaster`,
      ...samples,
      aim: 1.3,
      notes: `${remote.name} on the loopback; connecting is in both`,
    },
  ];
}

type Target = NonNullable<World["remote"]>["target"];

/** The ssh command as a person would use it for many commands: the first opens the connection that all share. */
function sshCommand(folder: string, { host, port, user, key, hostKey }: Target) {
  const file = (name: string) => join(folder, name);
  writeFileSync(file("key"), key, { mode: 0o600 });
  writeFileSync(file("known_hosts"), `[${host}]:${port} ${hostKey}\n`);
  const options = [
    ...[
      "-F",
      "none",
      "-i",
      file("key"),
      "-p",
      String(port),
      "-o",
      `UserKnownHostsFile=${file("known_hosts")}`,
    ],
    ...["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-o", `ControlPath=${file("c")}`],
    ...["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"],
  ];
  const at = `${user}@${host}`;
  return {
    run: (command: string) => bare("ssh", [...options, at, command]),
    end: () => bare("ssh", [...options, "-O", "exit", at]),
  };
}
