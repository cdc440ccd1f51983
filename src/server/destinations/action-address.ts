import type { Parts } from "../parts.ts";

/** Where a destination of type action is reached: the trigger of that action. */
export const actionAddress = (parts: Pick<Parts, "address">, organization: string, id: string): string =>
  `${parts.address()}/api/${organization}/actions/${id}/trigger`;
