import { envelope, instant, nullable, organization, orgParams, refusals } from "./schemas.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const session = {
  id: text,
  email: text,
  signed_in_by: { type: "string", description: "password or oidc" },
  created_at: instant,
  last_used_at: { type: "integer", description: "µs since 1970, to the minute" },
  idle_until: { type: "integer", description: "It ends then unless it is used before" },
  expires_at: { type: "integer", description: "It ends then whatever happens" },
  address: text,
  user_agent: { type: "string", description: "What the browser calls itself, at most 200 characters" },
} as const;

const grants = {
  type: "array",
  items: { type: "object", properties: { object: text, permission: text } },
} as const;

export const loginSchema = {
  tags,
  summary: "Sign in with a browser",
  description:
    "Answers a cookie that holds the session. Requests that change something and come with it need an `Origin` of this server.",
  security: [],
  body: {
    type: "object",
    required: ["email", "password"],
    additionalProperties: false,
    properties: {
      email: { type: "string", minLength: 1, maxLength: 254, pattern: "^[^:]+$" },
      password: { type: "string", minLength: 1, maxLength: 1024 },
      organization: { type: "string", pattern: "^[A-Za-z0-9_-]{1,128}$", description: "`default` if absent" },
    },
  },
  response: {
    200: {
      description: "Signed in",
      type: "object",
      properties: { organization: text, ...session },
    },
    ...refusals,
  },
} as const;

export const logoutSchema = {
  tags,
  summary: "Sign out",
  description: "Ends the session of the cookie, and takes the cookie back. Without one, nothing is done.",
  security: [],
  response: {
    200: {
      description: "There is no session any more",
      type: "object",
      properties: {
        ...envelope.properties,
        provider_url: nullable({
          type: "string",
          description: "Where the provider that one signed in with ends its own session",
        } as const),
      },
    },
    403: refusals[403],
  },
} as const;

export const whoSchema = {
  tags,
  summary: "Who one is, and what one may do",
  params: orgParams,
  response: {
    200: {
      description: "Whoever asks",
      type: "object",
      properties: {
        email: text,
        kind: { type: "string", enum: ["root", "user", "service-account"] },
        via: { type: "string", description: "How they logged in: secret, api-token, run, session" },
        admin: { type: "boolean", description: "May do everything in the organization" },
        organization: text,
        organizations: { type: "array", items: text, description: "Where they can act" },
        session: nullable({ type: "object", properties: session } as const),
        roles: { type: "array", items: text },
        rights: {
          type: "object",
          description: "For each type of objects, what may be done with all of them",
          additionalProperties: { type: "array", items: text },
        },
        permissions: grants,
        within: nullable({ ...grants, description: "With a narrowed token: nothing beyond these" } as const),
      },
    },
    ...refusals,
  },
} as const;

export const listSchema = {
  tags,
  summary: "List one's own sessions",
  params: orgParams,
  response: {
    200: {
      description: "The one used last first",
      type: "object",
      properties: {
        items: {
          type: "array",
          items: { type: "object", properties: { ...session, current: { type: "boolean" } } },
        },
      },
    },
    ...refusals,
  },
} as const;

const ended = {
  description: "It is worth nothing any more",
  type: "object",
  properties: { ...envelope.properties, ended: { type: "integer", description: "How many there were" } },
} as const;

export const endAllSchema = {
  tags,
  summary: "Log out everywhere",
  description: "Ends all of one's own sessions. API tokens stay.",
  params: orgParams,
  response: { 200: ended, ...refusals },
} as const;

export const endOneSchema = {
  tags,
  summary: "End one of one's own sessions",
  params: { type: "object", required: ["org", "id"], properties: { org: organization, id: text } },
  response: { 200: ended, ...refusals },
} as const;
