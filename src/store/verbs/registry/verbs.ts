/** The registry's verbs by name. */
export const registryVerbs = {} as const;
