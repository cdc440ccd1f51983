/** An alert that was received or declared. */
export interface AlertListed {
  readonly name: string;
  /** null: it was declared and never received. */
  readonly state: "firing" | "resolved" | null;
  readonly receiver: string;
  readonly declared: boolean;
  readonly received: number;
  readonly started: number;
  readonly suppressed: number;
  readonly first_at: number | null;
  readonly last_at: number | null;
  /** What it may start, as far as its name tells. */
  readonly actions: readonly { readonly id: string; readonly name: string; readonly start: string }[];
}

/** What came in one minute beyond a limit. */
export interface OverflowJson {
  readonly of: string;
  readonly name: string;
  readonly count: number;
  readonly last_at: number;
}

/** One firing of an alert, or its end. */
export interface AlertEntryJson {
  readonly id: string;
  readonly receiver: string;
  readonly state: "firing" | "resolved";
  readonly fingerprint: string;
  readonly starts_at: number | null;
  readonly ends_at: number | null;
  readonly url: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly unmatched: number;
  readonly outcomes: readonly AlertOutcomeJson[];
}

/** What came of it at one link. */
export interface AlertOutcomeJson {
  readonly action_id: string;
  readonly action: string;
  /** Its place among the action's `alerts`, from 0. */
  readonly link: number;
  readonly kind: string;
  readonly key: string | null;
  readonly run: string | null;
  readonly reason: string | null;
  readonly count: number;
}
