import type { Provider } from "../../core/action/provider.ts";
import type { WrittenProvider } from "../../core/action/written/written.generated.ts";
import type { Json } from "../../core/json.ts";
import type { WrittenRunFilter } from "../../core/run/read-run-filter.ts";
import type { IsolationLevel, LogLine, RunState } from "../../core/run/run.ts";
import type { StepState } from "../../core/runbook/step-run.ts";

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
  readonly category?: string | null;
  readonly retry_of?: string | null;
  readonly progress?: ProgressJson | null;
  readonly parameters?: Json;
  readonly alert?: Json;
  readonly approval?: ApprovalJson | null;
  /** Only in the answer for one run, of a runbook. */
  readonly steps?: readonly StepJson[];
  /** Only in the answer for one run, and only where it was returned and is not too large. */
  readonly result?: Json;
  readonly result_size?: number | null;
}

/** Who has to agree to a run, and who has. */
export interface ApprovalJson {
  readonly state: "asked" | "granted";
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly votes: readonly { readonly by: string; readonly at: number; readonly comment: string | null }[];
  readonly expires_at: number;
  readonly on_expiry: "reject" | "approve";
  readonly not_before: number | null;
  readonly round: number;
}

export interface ProgressJson {
  readonly finished: number;
  readonly known: number;
  readonly percent: number;
  readonly current: string | null;
}

/** A step of a run. */
export interface StepJson {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly provider: { readonly name: string; readonly digest: string | null } | null;
  readonly state: StepState;
  readonly reason: string | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly run: string | null;
  readonly taken_from: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly state: StepState;
    readonly exit_code: number | null;
  }[];
  readonly outputs: { readonly [name: string]: Json };
}

/** What a run would do. */
export interface DryRunJson {
  readonly action_name: string;
  readonly version: number;
  readonly would: "run" | "skip" | "fail";
  readonly why: string | null;
  readonly approval?: string | null;
  readonly parameters: { readonly [name: string]: Json };
  readonly steps: readonly {
    readonly name: string;
    readonly would: "run" | "skip" | "depends";
    readonly why: string | null;
    readonly provider: { readonly name: string; readonly target: string | null } | null;
    readonly program: { readonly [kind: string]: Json };
    readonly env: { readonly [name: string]: Json };
    /** Milliseconds. */
    readonly timeout: number;
    readonly retries: number;
    readonly problems: readonly string[];
  }[];
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
  readonly category?: string | null;
  readonly tags?: readonly string[];
  readonly owner?: string | null;
  /** A favourite of whoever asks. */
  readonly starred?: boolean;
}

/** Which actions of the list are wanted. */
export interface ActionsAsked {
  readonly category?: string | undefined;
  readonly tag?: string | undefined;
  readonly search?: string | undefined;
  readonly type?: string | undefined;
  readonly starred?: boolean | undefined;
}

export interface CategoriesJson {
  readonly items: readonly { readonly name: string; readonly standard: boolean; readonly actions: number }[];
  readonly without: number;
}

/** A place that steps run at. */
export interface ProviderJson {
  readonly name: string;
  readonly kind: Provider["kind"];
  /** As rota.yaml declares it, defaults left out. */
  readonly provider: WrittenProvider;
  readonly managed_by: string | null;
  readonly digest: string;
}

/** What came of trying to reach one. */
export interface TriedJson {
  readonly name: string;
  readonly kind: Provider["kind"] | "local";
  readonly reachable: boolean;
  readonly message: string;
  /** ms */
  readonly duration: number;
}

/** Which runs of the history are wanted. */
export interface RunsAsked extends WrittenRunFilter {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly action: string | undefined;
}

/** Which entries of the audit are wanted. */
export interface AuditAsked {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Who did what. */
export interface AuditEntryJson {
  readonly number: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly address: string | null;
  readonly outcome: "done" | "refused" | "failed";
  readonly detail: string | null;
  readonly count: number;
}

/** Whether the audit is as it was written. */
export interface AuditVerdictJson {
  readonly ok: boolean;
  readonly entries: number;
  readonly first: number;
  readonly sealed_through: number;
  readonly unsealed: number;
  readonly head: { readonly seal: number; readonly hash: string } | null;
  readonly problems: readonly { readonly number: number; readonly message: string }[];
}

/** A secret of the list; never its value. */
export interface SecretListed {
  readonly name: string;
  /** "stored", "environment" or "file". */
  readonly source: string;
  readonly created_at?: number | null;
  readonly created_by?: string | null;
  readonly updated_at?: number | null;
  readonly updated_by?: string | null;
}

/** An API token that was made just now. */
export interface MadeToken {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly expires_at: number | null;
}

export interface LogLineJson {
  readonly sequence: number;
  readonly at: number;
  readonly stream: LogLine["stream"];
  readonly level?: LogLine["level"] | null;
  readonly text: string;
  readonly step?: string | null;
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
