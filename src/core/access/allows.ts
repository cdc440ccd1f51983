import { type Grant, type ObjectType, objectTypes, readObject, type Verb, verbs } from "./grant.ts";

/** What somebody wants to do, within one organization. */
export interface Ask {
  readonly type: ObjectType;
  /** undefined: the type as a whole (a list, a create). */
  readonly id: string | undefined;
  /** The name of an action, which a grant may give a pattern of. */
  readonly name?: string | undefined;
  readonly organization: string;
  readonly verb: Verb;
}

/**
 * Whether grants, all held in the asked organization, allow something. A grant on one object never covers
 * the type as a whole, and one on all objects names its organization. Both `stream` and `logs` govern
 * streams, as in OpenObserve.
 */
export function allows(grants: readonly Grant[], ask: Ask): boolean {
  const types = ask.type === "stream" ? ["stream", "logs"] : [ask.type as string];
  return types.some((type) => holds(grants, { ...ask, type }));
}

/** Whether everything that `grant` allows is held already: nobody hands on more than they have. */
export function covers(grants: readonly Grant[], grant: Grant, organization: string): boolean {
  const object = readObject(grant.object);
  if (object === undefined || (object.id === undefined && object.organization !== organization)) return false;
  const wanted = verbs.filter((verb) => permits(grant, verb));
  return wanted.every((verb) => holds(grants, { type: object.type, id: object.id, organization, verb }));
}

/** Whether a type of objects means anything here. */
export const isKnownType = (type: string): boolean => objectTypes.some((known) => known.type === type);

const permits = (grant: Grant, verb: Verb): boolean =>
  grant.permission === "AllowAll" || grant.permission === `Allow${verb}`;

function holds(grants: readonly Grant[], ask: Omit<Ask, "type"> & { readonly type: string }): boolean {
  return grants.some((grant) => {
    if (!permits(grant, ask.verb)) return false;
    const object = readObject(grant.object);
    if (object?.type !== ask.type) return false;
    return object.id === undefined ? object.organization === ask.organization : object.id === ask.id;
  });
}
