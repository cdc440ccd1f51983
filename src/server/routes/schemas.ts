/** Pieces of schemas that several routes have. */
export const organization = {
  type: "string",
  description: "Organization; `default` unless you made others",
} as const;

export const orgParams = { type: "object", required: ["org"], properties: { org: organization } } as const;

export const envelope = {
  type: "object",
  required: ["code", "message"],
  properties: { code: { type: "integer" }, message: { type: "string" } },
} as const;

const refusal = (description: string) => ({ description, ...envelope });

/** Refusals that every route with a login has. */
export const refusals = {
  400: refusal("Something in the request is not valid; the message says what"),
  401: refusal("No login, or one that is not accepted"),
  403: refusal("The login may not do that; the message names the permission"),
  429: refusal("Too many failed logins"),
} as const;

export const notFound = refusal("There is no such thing");
export const stale = refusal("It was changed since its ETag was read");

export const instant = { type: "integer", description: "µs since 1970" } as const;
export const nullable = <T extends object>(schema: T) => ({ ...schema, nullable: true }) as const;
