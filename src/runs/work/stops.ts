/** Why a run is stopped from outside; the reason of its signal. */
export type StopCause = "cancel" | "server stops" | "lease lost";

/** What can stop a run from outside. Cleaning up goes on after a cancel, and ends with the rest. */
export interface Stops {
  /** Aborted with "cancel". */
  readonly cancel: AbortSignal;
  /** Aborted with "server stops" or "lease lost": nothing goes on. */
  readonly halt: AbortSignal;
}

/** Lets others have a worker's place while a run of its only waits for another run. */
export type Aside = <T>(wait: () => Promise<T>) => Promise<T>;
