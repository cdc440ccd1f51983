/** Set by `npm run soak`: full counts, and samples that nobody has seen yet. */
export const soak = process.env.ROTA_SOAK !== undefined && process.env.ROTA_SOAK !== "";

/**
 * How a property is sampled. `npm test` takes a few samples, the same ones each time, so that a failure there
 * comes from the change at hand; under `npm run soak` there are many, of a random seed, which fast-check prints
 * when one fails.
 */
export function samples(few: number, full: number): { numRuns: number; seed?: number } {
  return soak ? { numRuns: full } : { numRuns: few, seed: 20260321 };
}
