import { documentedRoles } from "./documented-roles.ts";

/** What whoever has a login may; no line of the documented table. */
export const anybody = "anybody";
/** The same, but for who came with a token or as a run. */
export const byLogin = "anybody who logged in";

const actions = "see actions, their code and what was applied";
const runs = "see runs, their logs and versions";
const starts = "start, try, cancel and retry runs";
const changes = "make, change and delete actions";

const { roles, rights } = documentedRoles();
const of = (role: string): readonly string[] =>
  rights.filter((right) => right.roles.includes(role)).map(({ what }) => what);

export interface Who {
  readonly may: readonly string[];
  /** Only with actions named web-…, and with nothing that is about all of them. */
  readonly web?: true;
  /** What is answered to whatever they may not. */
  readonly refusal: 403 | 401;
}

/** Everybody who tries every route, by what the page says of them. */
export const everybody: Readonly<Record<string, Who>> = {
  ...Object.fromEntries(
    roles.map((role) => [role, { may: [anybody, byLogin, ...of(role)], refusal: 403 } as const]),
  ),
  "a person without a role": { may: [anybody, byLogin], refusal: 403 },
  "a role with one pattern": {
    may: [anybody, byLogin, actions, runs, starts, changes],
    web: true,
    refusal: 403,
  },
  "a role that starts everything": { may: [anybody, byLogin, starts], refusal: 403 },
  "a service account": { may: [anybody, byLogin, actions, runs], refusal: 403 },
  "a run": { may: [anybody, actions, runs], refusal: 403 },
  "an administrator's token narrowed to operator": { may: [anybody, ...of("operator")], refusal: 403 },
  "an editor's token narrowed to starting": { may: [anybody, starts], refusal: 403 },
  "another organization's administrator": { may: [], refusal: 401 },
};

/** Every line of the documented table, to name one of. */
export const documented = new Set(rights.map(({ what }) => what));
