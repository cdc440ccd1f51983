/** What to do about a refusal in words of the API, for whoever types commands; undefined where it says so itself. */
export function refusalHint(said: string): string | undefined {
  if (said.startsWith("There is no such run"))
    return "`rota runs` lists the newest; its first column is the id.";
  if (said.includes('list of records ("inputs")'))
    return "Give it one with --input FILE, or --input - for standard input.";
  if (said.startsWith("The server keeps no secret"))
    return "`rota secrets list` shows those that it has; one of the environment or of a file is deleted there.";
  if (/^No alert ".*" was received or declared$/s.test(said))
    return "`rota alerts` lists those that were; `rota alerts test FILE` tries one that was not.";
  return undefined;
}

/** What to do where a permission is missing; undefined where it is something else that forbids it. */
export const permissionHint = (said: string): string | undefined =>
  /\bneeds Allow/.test(said)
    ? "Ask an administrator for a role that allows it; `rota help roles` shows how they give one."
    : undefined;
