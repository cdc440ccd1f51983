import type { Json, JsonObject } from "../json.ts";

/** A run as the API writes it, as far as two of them are compared. */
export interface DiffedRun {
  readonly id: string;
  readonly action_name: string;
  readonly version: number;
  readonly state: string;
  readonly cause?: string | null;
  readonly reason?: string | null;
  readonly exit_code?: number | null;
  readonly signal?: string | null;
  readonly attempt?: number;
  readonly isolation?: string | null;
  readonly duration?: number | null;
  readonly result?: Json;
  readonly result_size?: number | null;
  readonly category?: string | null;
  readonly trigger: { readonly kind: string; readonly [key: string]: Json };
  readonly actor: string;
  readonly retry_of?: string | null;
  readonly parameters?: Json;
  readonly steps?: readonly DiffedStep[];
}

/** A step of a runbook's run. Durations in ms. */
export interface DiffedStep {
  readonly id: string;
  readonly name: string;
  readonly provider?: { readonly name: string; readonly digest: string | null } | null;
  readonly state: string;
  readonly reason?: string | null;
  /** The run whose step this is: it was not run again. */
  readonly taken_from?: string | null;
  readonly attempts: readonly {
    readonly exit_code?: number | null;
    readonly signal?: string | null;
    readonly cause?: string | null;
    readonly duration?: number | null;
  }[];
  readonly outputs: JsonObject;
}

/** The version that a run was of. */
export interface DiffedVersion {
  readonly code_digest: string;
  /** The whole action, as a manifest says it. */
  readonly action: JsonObject;
}

export interface Diffed {
  readonly run: DiffedRun;
  /** undefined: it is not known any more. */
  readonly version: DiffedVersion | undefined;
}
