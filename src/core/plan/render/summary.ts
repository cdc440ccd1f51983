import type { ItemKind, OperationKind, Plan } from "../plan.ts";

/** In front of an item's line, in every rendering. */
export const symbols = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
} as const satisfies Record<OperationKind, string>;

const kinds: readonly OperationKind[] = ["create", "update", "replace", "delete"];

/** The plan in one line: `Plan: 2 to create, 1 to update. 3 items up to date.` */
export function summary(plan: Plan): string {
  const changes = kinds
    .filter((kind) => plan.counts[kind] > 0)
    .map((kind) => `${plan.counts[kind]} to ${kind}`)
    .join(", ");
  const rest = plan.unchanged === 0 ? "" : ` ${upToDate(plan)} up to date.`;
  if (changes !== "") return `Plan: ${changes}.${rest}`;
  if (plan.findings.some(({ stops }) => stops)) return `Plan: nothing can be done yet.${rest}`;
  return `No changes.${rest}`;
}

function upToDate({ upToDate: counts }: Plan): string {
  const nouns: readonly (readonly [ItemKind, string])[] = [
    ["action", "action"],
    ["service-account", "service account"],
    ["provider", "provider"],
  ];
  return nouns
    .filter(([kind]) => counts[kind] > 0)
    .map(([kind, noun]) => `${counts[kind]} ${noun}${counts[kind] === 1 ? "" : "s"}`)
    .join(", ")
    .replace(/, (?!.*, )/, " and ");
}

/** `action`, `service account`: a kind as people write it. */
export const kindText = (kind: ItemKind): string => kind.replace("-", " ");

/** What a digest is shown as. */
export const shortDigest = (digest: string | undefined): string => digest?.slice(0, 12) ?? "unknown";
