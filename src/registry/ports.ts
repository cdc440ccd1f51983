import type { ShownPart } from "../core/access/allows.ts";
import type { Action } from "../core/action/action.ts";
import type { ActionFilter } from "../core/action/action-filter.ts";
import type { Provider } from "../core/action/provider.ts";
import type { DeclaredAlert } from "../core/alert/declared-alert.ts";
import type { Applied } from "../core/plan/plan.ts";
import type { Instant } from "../core/time.ts";

/*
 * What the registry needs of a store, of blobs and of the executor. One call is one transaction; time is
 * an argument; every write carries who did it and is audited in the same transaction.
 */

/** A live action as a list shows it: one row, without its fields. */
export interface LiveAction {
  readonly organization: string;
  /** KSUID. */
  readonly id: string;
  readonly name: string;
  readonly type: Action["type"];
  /** Of its schedule; undefined: it has none. */
  readonly timing: "cron" | "calendar" | "at" | "once" | undefined;
  readonly enabled: boolean;
  readonly protect: boolean;
  readonly description: string;
  readonly category: string | undefined;
  readonly tags: readonly string[];
  /** The person or team to ask. */
  readonly owner: string | undefined;
  /** Number of the current version, from 1. */
  readonly version: number;
  readonly digest: string;
  /** Code digest. */
  readonly code: string;
  readonly zipFileName: string;
  /** Without quotes; changes with every version. */
  readonly etag: string;
  /** The scope that owns it; undefined: foreign. */
  readonly managedBy: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedBy: string;
  readonly updatedAt: Instant;
}

/** What is kept of one upload or change of fields. Immutable. */
export interface AcceptedVersion {
  readonly organization: string;
  readonly actionId: string;
  /** From 1 per action, without gaps. */
  readonly number: number;
  readonly digest: string;
  /** Code digest: the name of the unpacked folder. */
  readonly code: string;
  readonly action: Action;
  /** sha256 of the zip as it was uploaded: its name among the blobs. */
  readonly blob: string;
  readonly zipFileName: string;
  /** Raw `action.yaml`, for export; undefined where none was sent. */
  readonly manifest: string | undefined;
  readonly managedBy: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

/** A version that is to be written; its number is given by the store. */
export type NewVersion = Omit<AcceptedVersion, "number">;

/** When the action fires next: worked out anew, or left as it is because its schedule did not change. */
export type NextFire = { readonly kind: "set"; readonly at: Instant | undefined } | { readonly kind: "keep" };

export interface ActionRef {
  readonly organization: string;
  readonly id: string;
}

export interface ListActionsAsk {
  readonly organization: string;
  readonly filter?: ActionFilter | undefined;
  /** Those alone that each part has: what whoever asks may see. */
  readonly shown?: readonly ShownPart[] | undefined;
}

/** Who writes. */
export interface Writer {
  /** An e-mail. */
  readonly actor: string;
  /** Where the request came from, for the audit; absent: from the server itself. */
  readonly address?: string | undefined;
}

export type WriteOutcome =
  | { readonly outcome: "written"; readonly action: LiveAction }
  | { readonly outcome: "name-taken" }
  | { readonly outcome: "missing" }
  /** Somebody changed it since the ETag was read. */
  | { readonly outcome: "stale"; readonly etag: string };

/** A place that steps run at, as it was declared. */
export interface LiveProvider {
  readonly organization: string;
  readonly name: string;
  readonly provider: Provider;
  /** sha256 hex of its canonical form. */
  readonly digest: string;
  /** Without quotes; changes with every write, and with its being made anew. */
  readonly etag: string;
  /** The scope that owns it; undefined: foreign. */
  readonly managedBy: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedBy: string;
  readonly updatedAt: Instant;
}

export interface ProviderRef {
  readonly organization: string;
  readonly name: string;
}

/** What has to be there for a write to be carried out: nothing, anything, or what has this ETag. */
export type Expected = "nothing" | "anything" | { readonly etag: string };

export type ProviderOutcome =
  | { readonly outcome: "written"; readonly provider: LiveProvider }
  | { readonly outcome: "exists" | "missing" | "stale" }
  /** Its jump would lead back to it. */
  | { readonly outcome: "circle" };

/** One record of `GET /syncs`: what was applied, without its items. */
export type SyncRecord = Omit<Applied, "items" | "alerts">;

export interface RegistryStore {
  /** Makes an action with version 1. "name-taken" when its name is live in the organization. */
  createAction(ask: {
    version: NewVersion;
    next: Instant | undefined;
    address?: string | undefined;
  }): Promise<WriteOutcome>;
  /** Makes the next version of an action the current one, in its new code or in its new fields alone. */
  addVersion(ask: {
    version: NewVersion;
    next: NextFire;
    /** undefined: whatever it is. */
    expectEtag: string | undefined;
    address?: string | undefined;
  }): Promise<WriteOutcome>;
  /** Versions that runs pin stay; runs that have not started are cancelled. */
  removeAction(
    ask: ActionRef & Writer & { expectEtag: string | undefined; now: Instant },
  ): Promise<
    { readonly outcome: "removed" | "missing" } | { readonly outcome: "stale"; readonly etag: string }
  >;

  findAction(ask: ActionRef): Promise<LiveAction | undefined>;
  findActionByName(ask: { organization: string; name: string }): Promise<LiveAction | undefined>;
  /** Newest first; without `filter` and `shown` all of them. */
  listActions(ask: ListActionsAsk): Promise<readonly LiveAction[]>;
  /** The categories that live actions name, each as it is spelt, and how many actions have none. */
  countCategories(ask: { organization: string; shown?: readonly ShownPart[] | undefined }): Promise<{
    readonly used: readonly { readonly name: string; readonly actions: number }[];
    readonly without: number;
  }>;
  /** The current version with `number: undefined`; another one also of an action that was removed, as long as a run pins it. */
  readVersion(ask: ActionRef & { number: number | undefined }): Promise<AcceptedVersion | undefined>;

  /** Makes or changes a provider; `managedBy` undefined: it belongs to whom it did, null: to nobody. */
  putProvider(
    ask: ProviderRef &
      Writer & {
        provider: Provider;
        managedBy: string | null | undefined;
        expect: Expected;
        now: Instant;
      },
  ): Promise<ProviderOutcome>;
  /** Actions that name it stay: their steps end with a sentence. */
  removeProvider(
    ask: ProviderRef & Writer & { expectEtag: string | undefined; now: Instant },
  ): Promise<"removed" | "missing" | "stale">;
  findProvider(ask: ProviderRef): Promise<LiveProvider | undefined>;
  /** By name. */
  listProviders(ask: { organization: string }): Promise<readonly LiveProvider[]>;

  /** What was last applied for a scope. */
  readLedger(ask: { organization: string; scope: string }): Promise<Applied | undefined>;
  /** The newest records of a scope, newest first. */
  ledgerHistory(ask: { organization: string; scope: string; limit: number }): Promise<readonly SyncRecord[]>;
  /** Compare-and-swap: writes `to` as generation `from` + 1 if `from` is the newest; answers the newest generation. */
  advanceLedger(ask: {
    organization: string;
    from: number;
    to: Omit<Applied, "generation">;
    address?: string | undefined;
  }): Promise<{ readonly outcome: "advanced" | "moved"; readonly generation: number }>;
  /** What the newest records of all scopes declare of alerts, by name. */
  declaredAlerts(ask: { organization: string }): Promise<readonly DeclaredAlert[]>;
}

/** Uploaded archives by the sha256 of their bytes. What is put is on disk before the call resolves. */
export interface BlobStore {
  /** Idempotent. Rejects when the bytes are not what the digest says. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  get(digest: string): Promise<Uint8Array | undefined>;
}

/** Unpacked code by its digest: read-only folders that runs execute in. */
export interface BundleFolders {
  /** Absolute path of the folder that a code digest has, whether it is there or not. */
  path(code: string): string;
  /** Whether the unpacked folder has this file. */
  has(code: string, path: string): Promise<boolean>;
  /** Writes the folder unless it is there; it appears whole or not at all. */
  put(
    code: string,
    files: readonly {
      readonly path: string;
      readonly mode: "file" | "executable";
      readonly bytes: Uint8Array;
    }[],
  ): Promise<string>;
}

/** Prepares what Python code needs besides itself; the executor implements it. */
export interface Environments {
  /**
   * Builds (or finds) the dependency environment of an unpacked bundle. Rejects with a sentence for the
   * user when it cannot be built. `log` is told the lines of an installation, if there is one.
   */
  prepare(
    bundle: string,
    signal: AbortSignal,
    log: (line: string) => void,
  ): Promise<{ readonly folder: string | undefined }>;
}

/** Keeps what is said while packages are installed for an upload. */
export interface Builds {
  begin(): BuildLog;
}
export interface BuildLog {
  say(line: string): void;
  said(): readonly string[];
  /** Keeps it as a run, and answers its id; undefined when nothing was said, or it could not be kept. Never rejects. */
  keep(of: {
    /** Number 0: it was not accepted. */
    readonly version: BuiltVersion;
    readonly actor: string;
    readonly address?: string | undefined;
    /** Why it failed; undefined: it succeeded. */
    readonly reason: string | undefined;
  }): Promise<string | undefined>;
}
export type BuiltVersion = Pick<
  AcceptedVersion,
  "organization" | "actionId" | "number" | "digest" | "code" | "action"
>;
