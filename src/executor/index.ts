export { createExecutor, type ExecutorOptions, type RotaExecutor } from "./create-executor.ts";
export type { MachineDescription } from "./describe-machine.ts";
