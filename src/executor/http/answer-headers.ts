import type { IncomingMessage } from "node:http";

/** A header's value, those of several of the same name with commas between. Names in lower case. */
export const headerOf = (response: IncomingMessage, name: string): string | undefined =>
  response.headersDistinct[name]?.join(", ").trim();

/** Not kept in a history: what it holds logs somebody in. */
export const isPrivate = (name: string): boolean => name === "set-cookie" || name === "set-cookie2";

/** All headers that may be kept. */
export const keptHeaders = (response: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(response.headersDistinct)
      .filter(([name]) => !isPrivate(name))
      .map(([name, values = []]) => [name, values.join(", ").trim()]),
  );
