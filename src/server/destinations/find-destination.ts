import type { Destination } from "../../core/wire/destinations/destination.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/** A destination of type action, and the id of its action. @throws HttpError 404, or 400 for one of another type. */
export async function findActionDestination(
  parts: Parts,
  organization: string,
  name: string,
): Promise<{ readonly destination: Destination; readonly actionId: string }> {
  const destination = await parts.store.destinations.findDestination({ organization, name });
  if (destination === undefined) throw destinationMissing();
  const { target } = destination;
  if (target.type !== "action")
    throw new HttpError(
      400,
      `${name} is of type ${target.type}; Rota sends to destinations of type action only`,
    );
  return { destination, actionId: target.actionId };
}

export const destinationMissing = (): HttpError => new HttpError(404, "Destination not found");
