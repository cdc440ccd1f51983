import { canonicalJson, type JsonObject, sha256 } from "../json.ts";
import { sshPort } from "./normalize-provider.ts";
import type { Provider } from "./provider.ts";

/**
 * The one spelling of a provider: a valid written one, keys sorted, fields equal to their default left out. Secrets
 * by name.
 */
export function canonicalProvider(provider: Provider): JsonObject {
  const usual = {
    ...(provider.kind === "ssh" && provider.port === sshPort && { port: undefined }),
    ...(provider.kind === "http" && Object.keys(provider.headers).length === 0 && { headers: undefined }),
  };
  return JSON.parse(canonicalJson({ ...provider, ...usual } as unknown as JsonObject)) as JsonObject;
}

/** sha256 hex of its canonical form. Its name is no part of it, nor any secret's value. */
export const providerDigest = (provider: Provider): string =>
  sha256(canonicalJson(canonicalProvider(provider)));
