import type { Milliseconds } from "../../core/time.ts";

/** From SIGTERM to SIGKILL where nobody says otherwise. */
export const usualGrace: Milliseconds = 5_000;
