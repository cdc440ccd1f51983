import type { Providers, Sealer, Secrets } from "./ports/around.ts";

/** For compositions that have nothing but actions: no secret has a value, and there is no provider beside `local`. */
export const withoutDeclarations: {
  readonly secrets: Secrets;
  readonly sealer: Sealer;
  readonly providers: Providers;
} = {
  secrets: { values: async (_, names) => ({ values: new Map(), missing: names }) },
  sealer: {
    seal: () => {
      throw new TypeError("nothing can be sealed here");
    },
    open: () => {
      throw new TypeError("nothing can be opened here");
    },
  },
  providers: { find: async () => undefined },
};
