import type { Issue } from "./issue.ts";
import { normalizeProvider } from "./normalize-provider.ts";
import type { Provider } from "./provider.ts";
import { projectRules } from "./rules/project-rules.ts";
import type { Locator } from "./source/locate.ts";
import { readYaml } from "./source/read-yaml.ts";
import { schemaProblems } from "./written/schema-problems.ts";
import { validateRota } from "./written/validate.generated.js";
import type { Permission, WrittenEnvironment, WrittenProject } from "./written/written.generated.ts";

/** `rota.yaml` as it is meant. */
export interface Project {
  readonly organization: string;
  /** undefined: the default of the repository's remote. */
  readonly scope: string | undefined;
  readonly environments: Readonly<Record<string, Environment>>;
  readonly serviceAccounts: Readonly<Record<string, { readonly permissions: readonly Permission[] }>>;
  /** By name; `local` is not among them and always there. */
  readonly providers: Readonly<Record<string, Provider>>;
  /** Alerts that are expected, by name; without `match`, the alert of that name. */
  readonly alerts: Readonly<
    Record<string, { readonly receiver: string; readonly match: string | undefined }>
  >;
}
export interface Environment {
  readonly server: string;
  readonly kind: "rota" | "openobserve";
  readonly organization: string;
  readonly prune: boolean;
  /** Path of the overlay from the repository's root. */
  readonly overlay: string | undefined;
}

export interface ParsedProject {
  readonly project: Project | undefined;
  readonly issues: readonly Issue[];
  /** Knows the lines of the file; undefined where it could not be read. */
  readonly locator: Locator | undefined;
}

/** What no `rota.yaml` means. */
export const noProject: Project = normalizeProject({});

/** Reads `rota.yaml`. Never throws: what is wrong is in `issues`. */
export function parseProject(bytes: Uint8Array, file: string): ParsedProject {
  const { value, locator, issues } = readYaml(bytes, file);
  if (locator === undefined) return { project: undefined, issues, locator };
  const structure = schemaProblems(validateRota, value);
  const problems =
    structure.length > 0 ? structure : projectRules.flatMap((rule) => [...rule(value as WrittenProject)]);
  const all = [...issues, ...problems.map((problem) => locator.issue(problem))];
  const failed = all.some(({ severity }) => severity === "error");
  return { project: failed ? undefined : normalizeProject(value as WrittenProject), issues: all, locator };
}

function normalizeProject(written: WrittenProject): Project {
  const organization = written.organization ?? "default";
  const entries = <From, To>(
    record: Readonly<Record<string, From>> | undefined,
    meant: (value: From) => To,
  ) => Object.fromEntries(Object.entries(record ?? {}).map(([name, value]) => [name, meant(value)]));
  return {
    organization,
    scope: written.scope,
    environments: entries(written.environments, (environment) =>
      normalizeEnvironment(environment, organization),
    ),
    serviceAccounts: entries(written.serviceAccounts, (account) => ({
      permissions: account?.permissions ?? [],
    })),
    providers: entries(written.providers, normalizeProvider),
    alerts: entries(written.alerts, ({ receiver, match }) => ({ receiver, match })),
  };
}

const normalizeEnvironment = (written: WrittenEnvironment, organization: string): Environment => ({
  server: written.server.replace(/\/+$/, ""),
  kind: written.kind ?? "rota",
  organization: written.organization ?? organization,
  prune: written.prune ?? false,
  overlay: written.overlay,
});
