export { createExecutor, type ExecutorOptions, type RotaExecutor } from "./create-executor.ts";
export type { Attempted } from "./escape/play-escapes.ts";
export { tryEscapes } from "./escape/try-escapes.ts";
export { judgeAddress } from "./http/address-policy.ts";
export { networkOf, parseNetworks } from "./http/networks.ts";
export type { MachineDescription } from "./machine/describe-machine.ts";
export { findClient, noClient } from "./ssh/find-client.ts";
