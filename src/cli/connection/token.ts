import type { Io } from "../io.ts";
import { keptLogin } from "./kept-logins.ts";

/** Where a command is about to log in. */
export interface Destination {
  readonly address: string;
  /** Name of the environment of rota.yaml that the address is from; undefined: a person gave it, or it is this machine's. */
  readonly environment: string | undefined;
  readonly organization: string;
}

/** Why there is none: ROTA_TOKEN is not for this server, or what `rota login` kept has ended. */
export interface NoToken {
  readonly token: undefined;
  readonly withheld: boolean;
  readonly ended: boolean;
}

/**
 * ROTA_TOKEN_PRODUCTION for the environment production, else ROTA_TOKEN; an empty one counts as none. ROTA_TOKEN goes
 * to no other machine that rota.yaml alone names: whoever looks into a clone of others would hand them the login to
 * the own server. What `rota login` keeps comes last, and for the server alone that it was made at. White space goes: `base64` breaks its lines after 76 characters.
 */
export async function tokenFor(
  io: Pick<Io, "env" | "now">,
  destination: Destination,
): Promise<{ readonly token: string } | NoToken> {
  const { env } = io;
  const { address, environment } = destination;
  const own = environment === undefined ? undefined : trimmed(env[tokenVariable(environment)]);
  if (own !== undefined) return { token: own };
  const common = trimmed(env.ROTA_TOKEN);
  const isForAll = environment === undefined || isThisMachine(address) || isSame(address, env.ROTA_SERVER);
  if (common !== undefined && isForAll) return { token: common };
  const kept = await keptLogin(io, destination);
  const ended = kept?.expires_at != null && kept.expires_at <= io.now() * 1000;
  if (kept !== undefined && !ended) return { token: kept.token };
  return { token: undefined, withheld: common !== undefined, ended };
}

/** What is wrong and what to do where there is no token. */
export function missingToken(
  { address, environment }: Pick<Destination, "address" | "environment">,
  { withheld, ended }: NoToken,
): [string, string] {
  if (ended) return [`Your login at ${address} has ended`, "Log in again: rota login"];
  const own = environment === undefined ? undefined : tokenVariable(environment);
  if (withheld)
    return [
      `ROTA_TOKEN is not sent to ${address}, which only rota.yaml names`,
      `Where this is your server, set ${own} instead, or name it: ROTA_SERVER=${address}. ` +
        "Anybody's rota.yaml could name any server.",
    ];
  const variable = own === undefined ? "ROTA_TOKEN" : isThisMachine(address) ? `${own} or ROTA_TOKEN` : own;
  return [
    `There is no token for ${address}: ${variable} is not set`,
    "Log in with `rota login`, or set it to an API token, or to the base64 text of email:password:\n" +
      `  export ${variable.split(" ").at(-1)}=$(printf '%s' 'you@example.com:your password' | base64)\n` +
      "`rota serve` prints such a line when it makes the first login; `rota help login` tells more.",
  ];
}

function trimmed(written: string | undefined): string | undefined {
  const token = written?.replace(/\s+/g, "");
  return token === "" ? undefined : token;
}

const tokenVariable = (environment: string): string =>
  `ROTA_TOKEN_${environment.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;

const isThisMachine = (address: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(address).hostname);

const isSame = (address: string, other: string | undefined): boolean =>
  other !== undefined && URL.canParse(other) && new URL(other).origin === new URL(address).origin;
