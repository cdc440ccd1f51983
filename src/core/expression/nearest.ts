import { distance } from "fastest-levenshtein";

/** Names beyond which no suggestion is looked for. */
const mostNames = 500;

/** The name that was probably meant: at most a third of it differs. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  let best: { name: string; far: number } | undefined;
  for (const name of names.slice(0, mostNames)) {
    if (Math.abs(name.length - written.length) > 3) continue;
    const far = distance(written, name);
    if (far <= Math.max(1, Math.floor(name.length / 3)) && far < (best?.far ?? Infinity))
      best = { name, far };
  }
  return best?.name;
}
