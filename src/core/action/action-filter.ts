import type { ActionType } from "./action.ts";

/** What is asked of a list of actions; undefined: whatever. Upper and lower case are the same. */
export interface ActionFilter {
  readonly category: string | undefined;
  readonly tag: string | undefined;
  /** Words that all have to be found, each in the name, the description or a tag. */
  readonly search: string | undefined;
  readonly type: ActionType | undefined;
}

interface Findable {
  readonly name: string;
  readonly type: ActionType;
  readonly description: string;
  readonly category: string | undefined;
  readonly tags: readonly string[];
}

/** Whether an action is one of those asked for. */
export function meetsFilter(action: Findable, { category, tag, search, type }: ActionFilter): boolean {
  if (type !== undefined && action.type !== type) return false;
  if (category !== undefined && folded(action.category ?? "") !== folded(category)) return false;
  const tags = action.tags.map(folded);
  if (tag !== undefined && !tags.includes(folded(tag))) return false;
  const texts = [folded(action.name), folded(action.description), ...tags];
  return words(search).every((word) => texts.some((text) => text.includes(word)));
}

/** One spelling of what is the same to a person: case, and composed or decomposed accents. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

const words = (search: string | undefined): readonly string[] =>
  folded(search ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
