import { describe } from "vitest";
import { executorContract } from "../contract/executor.ts";
import { levelsOffered } from "./levels.ts";
import { sharedWorld, world } from "./world.ts";

const { offered, missing } = await levelsOffered();
console.info(
  `The executor's contract is tested at ${offered.join(", ")}; not here: ${missing.join(", ") || "none"}.`,
);

describe.each(offered)("the executor at level %s", (highest) => {
  executorContract(sharedWorld({ highest }), () => world({ highest }));
});
