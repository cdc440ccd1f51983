import { CliError } from "../cli-error.ts";

/** What a request was about, as it was typed. */
export interface About {
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly token?: string | undefined;
}

/** The API says of people and roles what OpenObserve's does, which names nothing: here the name is known. */
export async function naming<T>(about: About, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof CliError ? (named(error, about) ?? error) : error;
  }
}

function named(error: CliError, { email, role, token }: About): CliError | undefined {
  const said = error.message.replace(/^The server refused: /, "");
  const make = (message: string, hint?: string) => new CliError(error.exitCode, message, hint);
  if (said === "User not found" && email !== undefined)
    return make(`There is no "${email}" in this organization`, "`rota users` lists who there is.");
  if (said === "User already exists" && email !== undefined)
    return make(
      `There is a login "${email}" already, of a person or a service account`,
      `\`rota users set ${email}\` changes a person's roles and name.`,
    );
  if (said === "Invalid email" && email !== undefined) return make(`"${email}" is no e-mail address`);
  if (said === "Role not found" && role !== undefined)
    return make(`There is no role "${role}"`, "`rota roles` lists those that there are.");
  if (said === "Role already exists" && role !== undefined)
    return make(`There is a role "${role}" already`, `\`rota roles show ${role}\` tells what it allows.`);
  if (said === "Token not found" && token !== undefined)
    return make(
      `There is no API token with the id "${token}"`,
      "`rota tokens` lists them; the first column is the id.",
    );
  return undefined;
}
