import { distance } from "fastest-levenshtein";

/** Longer words are no typing mistakes, and comparing them costs their product. */
const longestWord = 64;

/** The known word that a mistyped one is nearest to, when it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longestWord) return undefined;
  const plain = simplify(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = slips(plain, simplify(candidate), least);
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** Letters in another order are one slip, however many moved: nmae, tiemout. At `enough` or more nobody counts. */
function slips(word: string, meant: string, enough: number): number {
  if (word === meant) return 0;
  if (Math.abs(word.length - meant.length) >= enough) return enough;
  if (word.length === meant.length && sorted(word) === sorted(meant)) return 1;
  return distance(word, meant);
}
const sorted = (word: string): string => [...word].sort().join("");

/** service_account, Service-Account and serviceAccount are one word. */
const simplify = (word: string): string => word.toLowerCase().replace(/[_\-\s]/g, "");
