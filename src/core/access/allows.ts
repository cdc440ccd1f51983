import {
  type Grant,
  type GrantedObject,
  type ObjectType,
  objectTypes,
  readObject,
  type Verb,
  verbs,
} from "./grant.ts";
import { matchesPattern, patternCovers } from "./name-pattern.ts";

/** What somebody wants to do, within one organization. */
export interface Ask {
  readonly type: ObjectType;
  /** undefined: the type as a whole (a list, a create), or what `name` alone tells. */
  readonly id: string | undefined;
  /** The name of an action, which a grant may give a pattern of. */
  readonly name?: string | undefined;
  readonly organization: string;
  readonly verb: Verb;
}

/**
 * Grants of these types allow it as well. Both `stream` and `logs` govern streams, as in OpenObserve; and whoever may
 * post to an action's script may start it, as there. The other way round nothing follows: rights on runs change no
 * action.
 */
const alsoOf: Readonly<Record<string, readonly string[]>> = {
  stream: ["stream", "logs"],
  runs: ["runs", "action_scripts"],
};
const typesFor = (type: string): readonly string[] => alsoOf[type] ?? [type];

/**
 * Whether grants, all held in the asked organization, allow something. A grant on one object, or on names, never
 * covers the type as a whole, and one on all objects names its organization.
 */
export function allows(grants: readonly Grant[], ask: Ask): boolean {
  return some(grants, ask, (object) => {
    if (object.id !== undefined) return object.id === ask.id;
    if (object.name !== undefined) return ask.name !== undefined && matchesPattern(object.name, ask.name);
    return object.organization === ask.organization;
  });
}

/** Whether everything that `grant` allows is held already: nobody hands on more than they have. */
export function covers(grants: readonly Grant[], grant: Grant, organization: string): boolean {
  const given = readObject(grant.object);
  if (given === undefined) return false;
  const { type, id, name } = given;
  const isAll = id === undefined && name === undefined;
  if (isAll && given.organization !== organization) return false;
  return verbs
    .filter((verb) => permits(grant, verb))
    .every((verb) =>
      some(grants, { type, verb }, (held) => {
        if (held.id !== undefined) return held.id === id;
        if (held.name !== undefined) return name !== undefined && patternCovers(held.name, name);
        return held.organization === organization;
      }),
    );
}

/** What a list shows of a type: objects with one of these ids, or of actions whose name is like one of these patterns. */
export interface ShownPart {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}
export type Shown = "all" | ShownPart;

/** What somebody may list. */
export function shown(grants: readonly Grant[], type: ObjectType, organization: string): Shown {
  if (allows(grants, { type, id: undefined, organization, verb: "List" })) return "all";
  const [ids, names]: [string[], string[]] = [[], []];
  some(grants, { type, verb: "List" }, (object) => {
    if (object.id !== undefined) ids.push(object.id);
    if (object.name !== undefined) names.push(object.name);
    return false;
  });
  return { ids: [...new Set(ids)], names: [...new Set(names)] };
}

/** Whether a type of objects means anything here. */
export const isKnownType = (type: string): boolean => objectTypes.some((known) => known.type === type);

const permits = (grant: Grant, verb: Verb): boolean =>
  grant.permission === "AllowAll" || grant.permission === `Allow${verb}`;

function some(
  grants: readonly Grant[],
  { type, verb }: { readonly type: string; readonly verb: Verb },
  meets: (object: GrantedObject) => boolean,
): boolean {
  const types = typesFor(type);
  return grants.some((grant) => {
    if (!permits(grant, verb)) return false;
    const object = readObject(grant.object);
    return object !== undefined && types.includes(object.type) && meets(object);
  });
}
