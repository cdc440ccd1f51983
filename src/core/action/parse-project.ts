import type { JsonObject } from "../json.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { Issue } from "./issue.ts";
import type { Problem } from "./problem.ts";
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
  /** Providers as they are written; `local` is not among them and always there. */
  readonly providers: Readonly<Record<string, JsonObject>>;
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

type ProjectRule = (written: WrittenProject) => Iterable<Problem>;

function* jumpsAreDeclared({ providers = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, provider] of Object.entries(providers)) {
    if (name === "local")
      yield {
        code: "PROVIDER_RESERVED",
        path: ["providers", name],
        key: true,
        message: "the provider local is always there and cannot be declared",
      };
    if (provider.kind !== "ssh" || provider.jump === undefined) continue;
    const path = ["providers", name, "jump"];
    const jump = providers[provider.jump];
    if (jump === undefined)
      yield {
        code: "UNKNOWN_PROVIDER",
        path,
        message: `there is no provider "${provider.jump}"`,
        hint: didYouMean(provider.jump, Object.keys(providers)),
      };
    else if (jump.kind !== "ssh")
      yield { code: "UNKNOWN_PROVIDER", path, message: `"${provider.jump}" is no ssh provider` };
    else if (jumpsInACircle(name, providers))
      yield { code: "JUMP_CIRCLE", path, message: "these jump hosts lead back to this one" };
  }
}

function jumpsInACircle(name: string, providers: NonNullable<WrittenProject["providers"]>): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; ) {
    if (seen.has(at)) return true;
    seen.add(at);
    const provider: NonNullable<WrittenProject["providers"]>[string] | undefined = providers[at];
    at = provider?.kind === "ssh" ? provider.jump : undefined;
  }
  return false;
}

function* pruneHasAScope({ scope, environments = {} }: WrittenProject): Iterable<Problem> {
  if (scope !== undefined) return;
  for (const [name, { prune }] of Object.entries(environments))
    if (prune)
      yield {
        code: "PRUNE_WITHOUT_SCOPE",
        path: ["environments", name, "prune"],
        key: true,
        message: "prune deletes what this repository owns, so the scope must be written",
        hint: "scope: TEAM, at the top of rota.yaml",
      };
}

function* addressesHoldNoLogin({ environments = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, { server }] of Object.entries(environments)) {
    const path = ["environments", name, "server"];
    if (!URL.canParse(server)) yield { code: "ADDRESS_INVALID", path, message: "this is not an address" };
    else if (new URL(server).username !== "" || new URL(server).password !== "")
      yield {
        code: "PLAIN_SECRET",
        path,
        message: "an address must not hold a login",
        hint: "the token comes from ROTA_TOKEN",
      };
  }
}

const projectRules: readonly ProjectRule[] = [jumpsAreDeclared, pruneHasAScope, addressesHoldNoLogin];

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
    providers: entries(written.providers, (provider) => provider as unknown as JsonObject),
  };
}

const normalizeEnvironment = (written: WrittenEnvironment, organization: string): Environment => ({
  server: written.server.replace(/\/+$/, ""),
  kind: written.kind ?? "rota",
  organization: written.organization ?? organization,
  prune: written.prune ?? false,
  overlay: written.overlay,
});
