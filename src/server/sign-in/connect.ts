import { readFile } from "node:fs/promises";
import type { Settings } from "../settings.ts";
import { type OidcProvider, oidcProvider } from "./provider.ts";
import { RefusedSignIn } from "./refused-sign-in.ts";

/** The provider of the settings; undefined: they name none. Nothing is asked of it yet. */
export function connectOidc(
  { oidc: settings, publicUrl }: Settings,
  { now, address }: { readonly now: () => number; readonly address: () => string },
): OidcProvider | undefined {
  if (settings === undefined) return undefined;
  const { clientSecret, clientSecretFile } = settings;
  return oidcProvider({
    settings,
    now,
    redirectUri: () => `${publicUrl ?? address()}/oidc/callback`,
    secret: async () =>
      clientSecretFile === undefined ? clientSecret : await readSecretFile(clientSecretFile),
  });
}

/** Read each time, so that a secret that is renewed counts at once. */
async function readSecretFile(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() !== "") return text.trim();
  throw new RefusedSignIn(
    503,
    "The server is not set up to sign anybody in. Whoever runs it can look at its log.",
    "ROTA_OIDC_CLIENT_SECRET_FILE cannot be read, or is empty",
  );
}
