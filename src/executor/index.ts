export { createExecutor, type ExecutorOptions, type RotaExecutor } from "./create-executor.ts";
export type { MachineDescription } from "./describe-machine.ts";
export type { Attempted } from "./escape/play-escapes.ts";
export { tryEscapes } from "./escape/try-escapes.ts";
