import { reseal, sealedContents } from "./reseal.ts";
import { list, put, read, remove } from "./secrets.ts";

/** The verbs of secrets by name: `store.area("secrets")` is a SecretStore. */
export const secretVerbs = { list, read, put, delete: remove, sealedContents, reseal } as const;
