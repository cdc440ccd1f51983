import type { RunId } from "./run.ts";

/** What the sealed parameters of a run are bound to: they open for no other. */
export const sealedParametersContext = (run: RunId): string => `parameters of run ${run}`;
