/** What a person allows one plan to do. Flags only: none of these may come from a file but `prune`. */
export interface PlanOptions {
  /** Delete what this scope owns and git does not declare. */
  readonly prune: boolean;
  /** Names of items that others made (or another scope owns) and this scope takes over. */
  readonly adopt: readonly string[];
  readonly allowEmpty: boolean;
  readonly allowDeletes: boolean;
  readonly allowUpdates: boolean;
  /** Lets git win where git and live both moved; the reason is recorded in the plan. */
  readonly takeGit: { readonly reason: string } | undefined;
}

/** The careful ones. */
export const defaultPlanOptions: PlanOptions = {
  prune: false,
  adopt: [],
  allowEmpty: false,
  allowDeletes: false,
  allowUpdates: false,
  takeGit: undefined,
};

/** The flags as a person types them, for messages. */
export const flags = {
  prune: "--prune",
  adopt: "--adopt",
  allowEmpty: "--allow-empty",
  allowDeletes: "--allow-deletes",
  allowUpdates: "--allow-updates",
  takeGit: "--on-conflict take-git --reason TEXT",
} as const;
