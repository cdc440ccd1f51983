import { bulkAnswer, bulkBody } from "./action-schemas.ts";
import { envelope, instant, notFound, nullable, organization, orgParams, refusals } from "./schemas.ts";

const tags = ["access"];
const text = { type: "string" } as const;
const name = { type: "string", maxLength: 200 } as const;
const roles = { type: "array", maxItems: 100, items: { type: "string", maxLength: 400 } } as const;
const password = { type: "string", maxLength: 1024 } as const;
const one = {
  type: "object",
  required: ["org", "email"],
  properties: { org: organization, email: text },
} as const;
const done = (description: string) =>
  ({ 200: { description, ...envelope }, ...refusals, 404: notFound }) as const;

const user = {
  type: "object",
  properties: {
    email: text,
    first_name: text,
    last_name: text,
    role: {
      type: "string",
      description: "Root, or the most of the built-in roles they have; user: none of them",
    },
    roles: { type: "array", items: text, description: "All of them, own ones among them" },
    is_external: { type: "boolean" },
    created_at: instant,
  },
} as const;

export const listSchema = {
  tags,
  summary: "List people",
  params: orgParams,
  response: {
    200: {
      description: "Root, then those of the organization by e-mail",
      type: "object",
      properties: { data: { type: "array", items: user } },
    },
    ...refusals,
  },
} as const;

export const getSchema = {
  tags,
  summary: "Read a person",
  description: "Everybody may read themselves.",
  params: one,
  response: { 200: { ...user, description: "The person" }, ...refusals, 404: notFound },
} as const;

export const createSchema = {
  tags,
  summary: "Make a person",
  description:
    "`role` is a built-in role or one of your own, or `user` for none; `custom_role` names more. Whoever gives a role must hold all that it gives.",
  params: orgParams,
  body: {
    type: "object",
    required: ["email", "password"],
    properties: {
      email: { type: "string", maxLength: 400 },
      first_name: nullable(name),
      last_name: nullable(name),
      password,
      role: { type: "string", maxLength: 400, nullable: true },
      custom_role: { ...roles, nullable: true },
      is_external: { type: "boolean", nullable: true },
    },
  },
  response: done("Made"),
} as const;

export const updateSchema = {
  tags,
  summary: "Change a person",
  description:
    "One's own password needs `old_password`; somebody else's needs an administrator. Another password ends all API tokens that act as the person, and what else is logged in as them.",
  params: one,
  body: {
    type: "object",
    properties: {
      first_name: nullable(name),
      last_name: nullable(name),
      change_password: { type: "boolean", nullable: true },
      old_password: { ...password, nullable: true },
      new_password: { ...password, nullable: true },
      role: {
        description: "In place of the built-in roles they have; as a text or as an object",
        anyOf: [
          { type: "string", maxLength: 400, nullable: true },
          {
            type: "object",
            required: ["role"],
            properties: {
              role: { type: "string", maxLength: 400 },
              custom_role: { ...roles, nullable: true },
            },
          },
        ],
      },
      custom_role: { ...roles, nullable: true },
    },
  },
  response: done("Changed"),
} as const;

export const deleteSchema = {
  tags,
  summary: "Remove a person from the organization",
  params: one,
  response: done("Removed, with their API tokens and their places in roles"),
} as const;

export const bulkSchema = {
  tags,
  summary: "Remove several people",
  params: orgParams,
  body: bulkBody,
  response: { 200: bulkAnswer, ...refusals },
} as const;

export const logoutSchema = {
  tags,
  summary: "Log a person out everywhere",
  description: "Ends all API tokens that act as them, and what else is logged in as them. Passwords stay.",
  params: one,
  response: done("Nothing is logged in as them any more"),
} as const;
