import type { Bench, Row } from "./row.ts";
import { engineTime } from "./runbook/engine-time.ts";
import { ladder } from "./runbook/ladder.ts";
import { sshSteps } from "./runbook/ssh-steps.ts";
import { threeSteps } from "./runbook/three-steps.ts";
import { startWorld } from "./runbook/world.ts";

/**
 * Runbooks as users ask for them: over HTTP, of a real server in a process of its own, steps in the sandbox and on
 * another machine. What is measured is what Rota adds to commands that do nothing.
 */
export const rows: Bench = async () => {
  const world = await startWorld();
  try {
    const measured: Row[] = [];
    for (const part of [threeSteps, engineTime, sshSteps, ladder]) {
      process.stdout.write(`  ${part.name} …\n`);
      measured.push(...(await part(world)));
    }
    return measured;
  } finally {
    await world.close();
  }
};
