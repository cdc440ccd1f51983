import { memoryTarget } from "../../../src/sync/targets/memory-target.ts";
import { syncTargetContract } from "../../contract/sync-target.ts";

syncTargetContract("memory", async () => ({ server: memoryTarget(), close: async () => {} }));
