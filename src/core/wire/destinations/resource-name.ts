import { invisibleCharacters } from "../../unseen-characters.ts";

/** What OpenObserve's permissions cannot name, and a slash, which an address cannot. */
const unusable = /[:#?\s'"%&/]/u;

/** Why this is no name of a destination or a template, in OpenObserve's words; undefined: it is one. */
export function resourceNameProblem(kind: "Destination" | "Template", name: string): string | undefined {
  if (name === "") return `${kind} name cannot be empty`;
  if (unusable.test(name) || name.search(invisibleCharacters) >= 0)
    return `${kind} name cannot contain ':', '#', '?', '&', '%', '/', quotes and space characters`;
  return undefined;
}
