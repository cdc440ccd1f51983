import { ladder } from "./exec/ladder.ts";
import { latency, sequences } from "./exec/latency.ts";
import { idleMemory } from "./exec/memory.ts";
import { records } from "./exec/records.ts";
import { throughput } from "./exec/throughput.ts";
import { startWorld } from "./exec/world.ts";
import type { Bench, Row } from "./row.ts";

/**
 * Executions as users ask for them: over HTTP, of a real server in a process of its own, whose actions came
 * through `rota apply`. The client shares the machine with the server.
 */
export const rows: Bench = async () => {
  const world = await startWorld();
  try {
    const measured: Row[] = [];
    for (const part of [latency, sequences, throughput, idleMemory, records, ladder]) {
      process.stdout.write(`  ${part.name} …\n`);
      measured.push(...(await part(world)));
    }
    return measured;
  } finally {
    await world.close();
  }
};
