import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one is nearest to, when it is near enough to be meant. */
function nearest(word: string, known: readonly string[]): string | undefined {
  // Long words are no typing mistakes, and comparing them costs their product.
  if (word.length > 64) return undefined;
  const plain = simplify(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = slips(plain, simplify(candidate));
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** `did you mean "schedule"?`, or undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean ${JSON.stringify(found)}?`;
}

/** Letters in another order are one slip, however many moved: nmae, tiemout. */
function slips(word: string, meant: string): number {
  if (word === meant) return 0;
  return sorted(word) === sorted(meant) ? 1 : distance(word, meant);
}
const sorted = (word: string): string => [...word].sort().join("");

/** service_account, Service-Account and serviceAccount are one word. */
const simplify = (word: string): string => word.toLowerCase().replace(/[_\-\s]/g, "");
