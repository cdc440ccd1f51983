import type { DeclaredAlert } from "../core/alert/declared-alert.ts";
import type { DesiredItem } from "../core/plan/plan.ts";
import type { ItemSource } from "./ports.ts";

/** What git says should be live: whole, or not made at all. */
export interface Desired {
  readonly items: readonly DesiredItem[];
  /** Declared in rota.yaml; absent: none. */
  readonly alerts?: readonly DeclaredAlert[] | undefined;
  /** Reads what travels with an item; nothing of it is read before. */
  readonly source: (item: DesiredItem) => ItemSource;
  readonly scope: string;
  /** Whether rota.yaml names the scope; prune needs that. */
  readonly scopeWritten: boolean;
  /** Whether the environment in rota.yaml declares `prune: true`. */
  readonly prune: boolean;
  /** undefined: files as they are, not a commit. */
  readonly commit: string | undefined;
  readonly origin: "git" | "worktree" | "folder";
  /** Sentences to tell with the plan. */
  readonly warnings: readonly string[];
  /** Ends what reading needed; idempotent. Sources cannot be read afterwards. */
  readonly close: () => Promise<void>;
}
