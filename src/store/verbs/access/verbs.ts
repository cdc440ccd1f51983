/** The verbs of access by name. */
export const accessVerbs = {} as const;
