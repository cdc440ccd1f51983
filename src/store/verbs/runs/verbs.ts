/** The verbs of runs by name. */
export const runVerbs = {} as const;
