export { createExecutor, type ExecutorOptions, type RotaExecutor } from "./create-executor.ts";
export type { Environments } from "./environments/environments.ts";
