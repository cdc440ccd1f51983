import type { Provider } from "../../core/action/provider.ts";
import type { Run } from "../../core/run/run.ts";
import type { Instant } from "../../core/time.ts";
import type { Version } from "./run-store.ts";

/**
 * A hint that something changed; may be lost. Topics: "runs" (some run may be ready), "cancels" (a running one
 * was asked to stop), "run:<id>" (its state changed), "log:<id>" (it has new lines).
 */
export interface Bell {
  ring(topic: string): void;
  on(topic: string, heard: () => void): () => void;
}

/** Tells the time and wakes up; tests turn it by hand. */
export interface Clock {
  now(): Instant;
  /** Calls `ring` once, at `at` or soon after; the answer takes it back. */
  alarm(at: Instant, ring: () => void): () => void;
}

/** What a run's scripts reach OpenObserve with: `ORIGIN_CLUSTER_URL` and `ORIGIN_CLUSTER_TOKEN`. */
export interface Credentials {
  /**
   * `refused`: a sentence; the run ends as failed with it and never starts. undefined: the run gets none.
   * Rejects when that cannot be found out now.
   */
  forRun(
    run: Run,
    version: Version,
  ): Promise<{ readonly url: string; readonly token: string } | { readonly refused: string } | undefined>;
}

/** Where the unpacked code of a version is. */
export interface BundlePaths {
  /** Absolute. */
  path(code: string): string;
}

/** The dependency environments of bundles, as the executor has them. */
export interface PreparedEnvironments {
  /** `log` is told the lines of an installation, if there is one. Rejects with a sentence for the action's author. */
  prepare(
    bundle: string,
    signal: AbortSignal,
    log: (line: string) => void,
  ): Promise<{ folder: string | undefined }>;
}

/** The values of secrets, at the last moment before a step needs them. */
export interface Secrets {
  /**
   * `missing`: names that nothing has a value for. Rejects when that cannot be found out now.
   */
  values(
    organization: string,
    names: readonly string[],
  ): Promise<{ readonly values: ReadonlyMap<string, string>; readonly missing: readonly string[] }>;
}

/** Hides values in the store from whoever reads it without the server's key. */
export interface Sealer {
  /** `context`: what it belongs to; opening needs the same. */
  seal(text: string, context: string): string;
  /** Rejects nothing: throws when it was sealed with another key or for something else. */
  open(sealed: string, context: string): string;
}

/** The places that were declared beside `local`. */
export interface Providers {
  find(organization: string, name: string): Promise<DeclaredProvider | undefined>;
}
export interface DeclaredProvider {
  readonly name: string;
  readonly provider: Provider;
  /** sha256 hex of its declaration. Never of a secret's value. */
  readonly digest: string;
}
