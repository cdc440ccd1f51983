import { covers } from "../../core/access/allows.ts";
import { type Grant, isNamedType, objectTypes, readObject } from "../../core/access/grant.ts";
import { nearest } from "../../core/nearest.ts";
import type { GrantJson } from "../connection/people.ts";

const types = objectTypes.map(({ type }) => type);

/** Why a permission on this object allows nothing on a server of Rota; undefined: it may allow something. */
export function whyIdle(object: string, organization: string): string | undefined {
  const read = readObject(object);
  if (read === undefined) return undefined;
  const { type, id } = read;
  if (!types.some((known) => known === type)) {
    const close = nearest(type, types);
    const meant = close === undefined ? `its types are ${types.join(", ")}` : `did you mean ${close}?`;
    return `${object} allows nothing here: Rota asks about no "${type}"; ${meant}`;
  }
  if (id?.startsWith("name:"))
    return `${object} allows nothing here: patterns of names are for ${types.filter(isNamedType).join(", ")}`;
  if (read.organization !== undefined && read.organization !== organization)
    return `${object} allows nothing here: this is the organization "${organization}"`;
  return undefined;
}

/** What a role still allows of a permission that was taken from it: the wider ones that it has. */
export const stillAllowed = (
  taken: GrantJson,
  left: readonly GrantJson[],
  organization: string,
): readonly GrantJson[] => left.filter((grant) => covers([grant as Grant], taken as Grant, organization));
