import { type Comparison, compare } from "./compare.ts";
import type { Pair } from "./pair.ts";
import type { AppliedItem, DesiredItem, Finding, ItemRef, LiveItem } from "./plan.ts";
import { flags, type PlanOptions } from "./plan-options.ts";

type Difference = Extract<Comparison, { same: false }>;

/** What one pair comes to; each becomes an operation, a finding, or nothing. */
export type Classified = ItemRef &
  (
    | { readonly change: "unchanged"; readonly live: LiveItem; readonly digest: string }
    | { readonly change: "create"; readonly desired: DesiredItem; readonly vanished: boolean }
    | {
        readonly change: "update" | "replace";
        readonly desired: DesiredItem;
        readonly live: LiveItem;
        /** undefined: only the owner changes. */
        readonly difference: Difference | undefined;
        readonly drift: boolean;
        readonly adopted: boolean;
        readonly conflict: boolean;
      }
    /** The old half is gone and the new one still has its temporary name. */
    | { readonly change: "finish-replace"; readonly desired: DesiredItem; readonly leftover: LiveItem }
    | {
        readonly change: "delete";
        readonly live: LiveItem;
        readonly conflict: boolean;
        readonly leftover: boolean;
      }
    | {
        readonly change: "finding";
        readonly finding: Finding["finding"];
        readonly stops: boolean;
        readonly message: string;
      }
    | { readonly change: "foreign" }
  );

export interface ClassifyContext {
  readonly scope: string;
  readonly options: PlanOptions;
  /** What this scope last applied under the pair's name. */
  readonly applied: AppliedItem | undefined;
}

/**
 * Decides what a pair comes to, from three states: git (desired), server (live), ledger (last applied).
 *
 *     git \ live     none     foreign         ours = git   ours, moved by git    ours, moved, git did not   both moved
 *     declared       create   adopt-needed    unchanged    update | replace      the same, as drift         conflict
 *     not declared   -        -               -            delete | orphaned     -                          conflict | orphaned
 */
export function classify(pair: Pair, context: ClassifyContext): readonly Classified[] {
  const { desired, live } = pair;
  const leftover = pair.leftover?.managedBy === context.scope ? pair.leftover : undefined;
  if (desired === undefined) return live === undefined ? [] : [undeclared(live, context)];
  if (live === undefined)
    return leftover
      ? [{ ...ref(pair), change: "finish-replace", desired, leftover }]
      : [{ ...ref(pair), change: "create", desired, vanished: context.applied !== undefined }];
  const declared = both(desired, live, context);
  // A replace meets its own leftover and uses it or takes it away.
  const stray = leftover !== undefined && (declared.change === "unchanged" || declared.change === "update");
  return stray
    ? [declared, { ...ref(leftover), change: "delete", live: leftover, conflict: false, leftover: true }]
    : [declared];
}

const ref = ({ kind, name }: ItemRef): ItemRef => ({ kind, name });

function both(desired: DesiredItem, live: LiveItem, context: ClassifyContext): Classified {
  const { scope, options, applied } = context;
  const adopted = live.managedBy !== scope;
  if (adopted && !options.adopt.includes(desired.name)) return adoptNeeded(desired, live);
  const compared = compare(desired, live);
  if (compared.same && !adopted)
    return { ...ref(desired), change: "unchanged", live, digest: desired.digest };
  const difference = compared.same ? undefined : compared;
  if (difference?.replace !== undefined && desired.protect)
    return protectedReplace(desired, difference.replace);
  const moved = movement(applied, live, desired.digest);
  if (!adopted && moved === "both" && options.takeGit === undefined)
    return conflict(desired, difference && changedPaths(difference));
  return {
    ...ref(desired),
    change: difference?.replace === undefined ? "update" : "replace",
    desired,
    live,
    difference,
    drift: !adopted && moved === "live",
    adopted,
    conflict: !adopted && moved === "both",
  };
}

function undeclared(live: LiveItem, { scope, options, applied }: ClassifyContext): Classified {
  if (live.managedBy !== scope) return { ...ref(live), change: "foreign" };
  if (!options.prune)
    return finding(live, "orphaned", false, `is not declared in git any more; ${flags.prune} deletes it`);
  if (live.protect)
    return finding(live, "protected", false, "is not declared in git any more but protected: it is kept");
  const moved = movement(applied, live, undefined);
  if (moved === "both" && options.takeGit === undefined) return conflict(live, undefined);
  return { ...ref(live), change: "delete", live, conflict: moved === "both", leftover: false };
}

/** Who moved since the last apply. Without a ledger entry or a live digest nothing is known, and git is followed. */
function movement(
  applied: AppliedItem | undefined,
  live: LiveItem,
  desired: string | undefined,
): "git" | "live" | "both" {
  if (applied === undefined || live.digest === undefined || applied.digest === live.digest) return "git";
  return applied.digest === desired ? "live" : "both";
}

const changedPaths = ({ fields, codeChanged }: Difference): string =>
  [...fields.map(({ path }) => path), ...(codeChanged ? ["code"] : [])].join(", ");

const finding = (item: ItemRef, kind: Finding["finding"], stops: boolean, message: string): Classified => ({
  ...ref(item),
  change: "finding",
  finding: kind,
  stops,
  message,
});

function adoptNeeded(desired: DesiredItem, live: LiveItem): Classified {
  const owner = live.managedBy === undefined ? "was not made by Rota" : `belongs to scope ${live.managedBy}`;
  const way = `${flags.adopt} ${desired.name} takes it over`;
  return finding(desired, "adopt-needed", true, `exists on the server and ${owner}; ${way}`);
}

function conflict(item: ItemRef, paths: string | undefined): Classified {
  const what =
    paths === undefined ? "it is deleted in git and was changed on the server" : `they differ in ${paths}`;
  return finding(
    item,
    "conflict",
    true,
    `was changed both in git and on the server since the last apply: ${what}. ` +
      `Bring the server's change into git, or overrule it: ${flags.takeGit}`,
  );
}

const protectedReplace = (desired: DesiredItem, reason: string): Classified =>
  finding(
    desired,
    "protected",
    true,
    `is protected and cannot be changed in place (${reason}); set protect: false to let it be replaced`,
  );
