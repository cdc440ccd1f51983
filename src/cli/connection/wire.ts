import type { Json } from "../../core/json.ts";
import type { IsolationLevel, LogLine, RunState } from "../../core/run/run.ts";

/** A run as the server writes it. Instants in microseconds. */
export interface RunJson {
  readonly id: string;
  readonly action_id: string;
  readonly action_name: string;
  readonly version: number;
  readonly digest: string;
  readonly state: RunState;
  readonly reason?: string | null;
  readonly trigger: { readonly kind: string; readonly [key: string]: Json };
  readonly actor: string;
  readonly created_at: number;
  readonly started_at?: number | null;
  readonly ended_at?: number | null;
  readonly attempt?: number;
  readonly cause?: string | null;
  readonly isolation?: IsolationLevel | null;
  readonly exit_code?: number | null;
  readonly signal?: string | null;
  readonly duration?: number | null;
  readonly peak_memory?: number | null;
  readonly cpu_time?: number | null;
  readonly parameters?: Json;
  /** Only in the answer for one run, and only where it was returned and is not too large. */
  readonly result?: Json;
  readonly result_size?: number | null;
}

/** An action of the list. */
export interface ActionListed {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
  /** Equals created_at when the action never ran. */
  readonly last_run_at: number;
  readonly last_successful_at: number | null;
  readonly created_by: string;
  readonly status: string;
  readonly execution_details_type: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly version?: number;
  readonly digest?: string;
  readonly managed_by?: string | null;
  readonly description?: string | null;
}

export interface LogLineJson {
  readonly sequence: number;
  readonly at: number;
  readonly stream: LogLine["stream"];
  readonly level?: LogLine["level"] | null;
  readonly text: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}

/** What the server says about itself. */
export interface ServerJson {
  readonly version?: string;
  readonly isolation?: string | { readonly level?: string };
  readonly python?: string | { readonly version?: string } | null;
  readonly workers?: number;
  readonly node?: string;
}

/** What a followed log tells: its lines, and last the run as it ended. */
export type LogEvent =
  | { readonly kind: "line"; readonly line: LogLineJson }
  | { readonly kind: "end"; readonly run: RunJson };
