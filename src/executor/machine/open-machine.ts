import type { IsolationLevel } from "../../core/run/run.ts";
import type { Connection, Keeper } from "../sandbox/keeper.ts";
import { letOthersRead } from "./admit.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Isolation, probeIsolation } from "./level.ts";

/** What executions have on this machine. Each part is found when it is first asked for, and kept. */
export interface OpenMachine {
  /** The server's own interpreter. @throws NoPython */
  python(): Promise<Interpreter>;
  isolation(): Promise<Isolation>;
  /** The living keeper. */
  connect(): Promise<Connection>;
  /** Makes folders readable to executions, where these have users of their own. */
  admit(folders: readonly string[]): Promise<void>;
}

export function openMachine(parts: {
  /** Absolute: the data folder, through which a user of its own passes below level full. */
  readonly dataDir: string;
  readonly keeper: Keeper;
  readonly python: () => Promise<Interpreter>;
  readonly highest: IsolationLevel;
}): OpenMachine {
  const { dataDir, keeper, python, highest } = parts;
  const isolation = remember(async () => probeIsolation(await keeper.connect(), await python(), highest));
  const admitted = new Set<string>();
  return {
    python,
    isolation,
    connect: keeper.connect,
    async admit(folders) {
      const { level, separate } = await isolation();
      if (process.getuid?.() !== 0 || !separate) return;
      for (const folder of folders.filter((one) => !admitted.has(one))) {
        await letOthersRead(folder, level === "full" ? undefined : dataDir);
        admitted.add(folder);
      }
    },
  };
}

/** Asks once; a failure is forgotten, so that the next call tries again. */
export function remember<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    answer.catch(() => {
      answer = undefined;
    });
    return answer;
  };
}
