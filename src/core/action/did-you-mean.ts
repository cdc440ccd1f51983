import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one is nearest to, when it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Long words are no typing mistakes, and comparing them costs their product.
  if (word.length > 64) return undefined;
  const plain = simplify(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = simplify(candidate) === plain ? 0 : distance(plain, simplify(candidate));
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** `did you mean "schedule"?`, or undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean ${JSON.stringify(found)}?`;
}

/** service_account, Service-Account and serviceAccount are one word. */
const simplify = (word: string): string => word.toLowerCase().replace(/[_\-\s]/g, "");
