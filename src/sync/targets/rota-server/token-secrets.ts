import { authorizationHeader } from "../../../core/wire/authorization-header.ts";

/** Every text that would give a token away: itself, and the password within a Basic one. */
export function tokenSecrets(token: string): readonly string[] {
  const password = authorizationHeader(token).startsWith("Basic ")
    ? Buffer.from(token, "base64").toString("utf8").split(/:(.*)/s)[1]
    : undefined;
  return [token, password ?? ""].filter((secret) => secret.length >= 4);
}
