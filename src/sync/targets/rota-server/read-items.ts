import { secretVariable } from "../../../core/access/secret-name.ts";
import { codeInZipFileName } from "../../../core/bundle/zip-file-name.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import type { LiveItem } from "../../../core/plan/plan.ts";
import { splitTrailer } from "../../../core/wire/description.ts";
import type { Answer } from "./http-client.ts";
import { badAnswer } from "./read-body.ts";

/** The action of `GET /actions/{id}`, with its definition. */
export function readAction(json: Json | undefined): LiveItem {
  return { ...readListed(json), fields: object(object(json, "an action").action, "an action's definition") };
}

/** An action of `GET /actions`; whatever a server adds to it is left alone. */
export function readListed(json: Json | undefined): LiveItem {
  const item = object(json, "an action");
  return {
    kind: "action",
    name: text(item.name, "an action's name"),
    id: text(item.id, "an action's id"),
    digest: optionalText(item.digest),
    code: optionalText(item.code_digest) ?? codeInZipFileName(optionalText(item.zip_file_name) ?? ""),
    fields: undefined,
    managedBy: optionalText(item.managed_by) ?? splitTrailer(optionalText(item.description) ?? "").managedBy,
    protect: item.protect === true,
    etag: optionalText(item.etag),
  };
}

/** A service account of `GET /service_accounts`; its fields are all in the list. */
export function readAccount(json: Json | undefined): LiveItem {
  const item = object(json, "a service account");
  const email = text(item.email, "a service account's e-mail");
  const permissions = list(item.permissions ?? [], "permissions");
  return {
    kind: "service-account",
    name: email,
    id: email,
    digest: optionalText(item.digest),
    code: undefined,
    fields: { permissions },
    managedBy: optionalText(item.managed_by),
    protect: false,
    etag: optionalText(item.etag),
  };
}

/** A provider of `GET /providers`; its fields are all in the list. */
export function readProvider(json: Json | undefined): LiveItem {
  const item = object(json, "a provider");
  const name = text(item.name, "a provider's name");
  return {
    kind: "provider",
    name,
    id: name,
    digest: optionalText(item.digest),
    code: undefined,
    fields: object(item.provider, "a provider's declaration"),
    managedBy: optionalText(item.managed_by),
    protect: false,
    etag: optionalText(item.etag),
  };
}

/** A list of the API. Anything else stops: a partial list would yield deletes. */
/** The names of `GET /secrets`; undefined where the server has no such list, or not for us. */
export function readSecrets({ status, body }: Answer): ((name: string) => boolean) | undefined {
  if (status !== 200) return undefined;
  const items = list(object(body, "secrets").items, "secrets").map((item) => object(item, "a secret"));
  const names = new Set(items.map(({ name }) => text(name, "a secret's name")));
  // Of the environment there are only names in capital letters.
  const variables = new Set(
    items.filter(({ source }) => source === "environment").map(({ name }) => secretVariable(String(name))),
  );
  return (name) => names.has(name) || variables.has(secretVariable(name));
}

export function list(json: Json | undefined, what: string): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  throw badAnswer(`no list of ${what}`);
}

/** An object of the API. */
export function object(json: Json | undefined, what: string): JsonObject {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw badAnswer(`something that is not ${what}`);
}

/** A text that must be there. */
export function text(json: Json | undefined, what: string): string {
  if (typeof json === "string" && json !== "") return json;
  throw badAnswer(`an item without ${what}`);
}

const optionalText = (json: Json | undefined): string | undefined =>
  typeof json === "string" && json !== "" ? json : undefined;
