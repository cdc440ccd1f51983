export { createExecutor, type ExecutorOptions, type RotaExecutor } from "./create-executor.ts";
