import { nearest } from "../nearest.ts";

/** `did you mean "schedule"?`, or undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean ${JSON.stringify(found)}?`;
}
