import { accountLine } from "../access/account-line.ts";
import { nearest } from "../nearest.ts";
import type { Action } from "./action.ts";
import type { Project } from "./parse-project.ts";
import type { RepositoryProblem } from "./repository-rules.ts";

/** An action and the manifest that it was read from. */
interface Using {
  readonly file: string;
  readonly action: Pick<Action, "serviceAccount">;
}

/**
 * Service accounts that actions name and rota.yaml does not declare, each told once, where it is named first. They
 * may be on the server all the same, so they are warnings; a plan, which sees the server, knows.
 */
export function* undeclaredAccounts(
  users: readonly Using[],
  { serviceAccounts, organization }: Project,
): Iterable<RepositoryProblem> {
  const declared = Object.keys(serviceAccounts);
  const known = new Set(declared.map((email) => email.toLowerCase()));
  for (const { file, action } of users) {
    const { serviceAccount: email } = action;
    if (email === undefined || known.has(email.toLowerCase())) continue;
    known.add(email.toLowerCase());
    const meant = nearestAccount(email, declared);
    const lines = `in rota.yaml: ${accountLine(email, organization)}`;
    yield {
      code: "ACCOUNT_UNDECLARED",
      severity: "warning",
      file,
      path: ["serviceAccount"],
      message: `rota.yaml declares no service account ${email}; apply refuses unless the server has it`,
      hint: meant === undefined ? lines : `did you mean ${meant}? If not, ${lines}`,
    };
  }
}

/** By the part before the @: with the same end, any two addresses are near each other. */
function nearestAccount(email: string, declared: readonly string[]): string | undefined {
  const [local, domain] = email.split("@");
  const others = declared.map((other) => other.split("@")).filter(([, end]) => end === domain);
  const found = nearest(
    local as string,
    others.map(([name]) => name as string),
  );
  return found === undefined ? undefined : `${found}@${domain}`;
}
