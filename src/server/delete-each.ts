import { AccessError } from "../access/index.ts";
import { RegistryError } from "../registry/index.ts";
import { HttpError } from "./http-error.ts";

/** OpenObserve's answer to a bulk delete. */
export interface Deleted {
  readonly successful: readonly string[];
  readonly unsuccessful: readonly string[];
  /** Why the last of them was refused. */
  readonly err: string | null;
}

/** Deletes one after the other; what is refused stops none of the rest. Each name counts once. */
export async function deleteEach(
  names: readonly string[],
  deleteOne: (name: string) => Promise<unknown>,
): Promise<Deleted> {
  const successful: string[] = [];
  const unsuccessful: string[] = [];
  let err: string | null = null;
  for (const name of new Set(names))
    try {
      await deleteOne(name);
      successful.push(name);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      unsuccessful.push(name);
      err = error.message;
    }
  return { successful, unsuccessful, err };
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof HttpError || error instanceof AccessError || error instanceof RegistryError;
