import { sha256 } from "../json.ts";

const prefix = "rota-new-";

/**
 * The name that the new half of a replace has until the old half is gone. The same for every try, so
 * that a later apply finds what an interrupted one left; 25 characters, so that it is legal wherever
 * names are.
 */
export const temporaryName = (name: string): string => `${prefix}${sha256(name).slice(0, 16)}`;

/** Whether a name may be a temporary one; only its pairing with a desired name proves it. */
export const looksTemporary = (name: string): boolean => /^rota-new-[0-9a-f]{16}$/.test(name);
