import type { Verbs } from "./verbs/verbs.ts";

type Names<Area extends keyof Verbs> = keyof Verbs[Area] & string;

/** Every "area.verb". */
export type VerbName = { [Area in keyof Verbs]: `${Area}.${Names<Area>}` }[keyof Verbs];

type VerbOf<Name extends string> = Name extends `${infer Area}.${infer Verb}`
  ? Area extends keyof Verbs
    ? Verb extends keyof Verbs[Area]
      ? Verbs[Area][Verb]
      : never
    : never
  : never;

/** What a verb takes beside the database. */
export type Arguments<Name extends VerbName> =
  VerbOf<Name> extends (db: never, args: infer Args) => unknown ? Args : never;
/** What a verb answers. */
export type Outcome<Name extends VerbName> =
  VerbOf<Name> extends (...all: never) => Promise<infer Result> ? Result : never;

type Method<V> = V extends (db: never, args: infer Args) => Promise<infer Result>
  ? (args: Args) => Promise<Result>
  : never;
/** The verbs of each area as methods of one argument. */
export type AreaVerbs = {
  readonly [Area in keyof Verbs]: {
    readonly [Name in keyof Verbs[Area]]: Method<Verbs[Area][Name]>;
  };
};
