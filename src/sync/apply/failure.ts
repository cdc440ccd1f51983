import { TargetError } from "../targets/target-error.ts";
import type { Failure } from "./report.ts";

/** What is reported of an error; only its message, never a stack. */
export const failureOf = (error: unknown): Failure => ({
  code: error instanceof TargetError ? error.code : "INTERNAL",
  message: error instanceof Error ? error.message : String(error),
});
