import { describe } from "vitest";
import type { Executor } from "../../src/runs/ports/executor.ts";
import type { UnderTest } from "../contract/executor/under-test.ts";
import { executorContract } from "../contract/executor.ts";
import { levelsOffered } from "./levels.ts";
import { sharedWorld, world } from "./world.ts";

type World = ReturnType<typeof world>;

const { offered, missing } = await levelsOffered();
console.info(
  `The executor's contract is tested at ${offered.join(", ")}; not here: ${missing.join(", ") || "none"}.`,
);

describe.each(offered)("the executor at level %s", (highest) => {
  const options = { highest, zygotes: { idle: 0, memory: 0 } };
  executorContract(sharedWorld(options), () => world(options));
});

describe.runIf(offered.includes("full"))("the executor at level full, with a warm interpreter", () => {
  executorContract(warmed(sharedWorld()), () => warmed(world()));
});

/** Each execution finds the warm interpreter. */
function warmed(made: World): UnderTest {
  const { executor } = made;
  const execute: Executor["execute"] = async (...asked) => {
    await executor.warm(undefined).catch(() => undefined); // it was stopped
    return executor.execute(...asked);
  };
  return { ...made, executor: { ...executor, execute } };
}
