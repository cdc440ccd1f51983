import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExecutor } from "../create-executor.ts";
import type { MachineDescription } from "../machine/describe-machine.ts";
import { type Attempted, playEscapes } from "./play-escapes.ts";
import { actionsOfTheSuite, setStage } from "./stage.ts";

/**
 * Tries to escape from executions on this machine, this process standing for the server. Calls `about` first; then
 * answers the attempts one by one. Leaves nothing behind. Takes some seconds. Rejects when nothing can be run here.
 */
export async function* tryEscapes(about: (machine: MachineDescription) => void): AsyncIterable<Attempted> {
  const dataDir = await mkdtemp(join(tmpdir(), "rota-escapes-"));
  await chmod(dataDir, 0o711);
  const stage = await setStage(dataDir);
  const executor = createExecutor({ dataDir });
  try {
    await executor.level();
    about(await executor.describe());
    yield* playEscapes(executor, stage, actionsOfTheSuite(), ["main"]);
  } finally {
    await executor.stop();
    await stage.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
