import { secretVariable } from "../../core/access/secret-name.ts";
import { defaults } from "../../core/action/defaults.ts";
import type { HttpProvider, SshProvider } from "../../core/action/provider.ts";
import { canonicalJson, sha256 } from "../../core/json.ts";
import type { DeclaredProvider, Providers, Secrets } from "../ports/around.ts";
import type { Place, SshTarget } from "../ports/executor.ts";

/** Where a step runs, with all that is needed to run there. */
export type ResolvedPlace = (
  | { readonly kind: "local" | "host" | "ssh"; readonly place: Place }
  /** Requests are made by the server itself. undefined: the step's own address is the whole one. */
  | { readonly kind: "http"; readonly base: HttpBase | undefined }
) & {
  /** sha256 hex of the declaration, and of those of the machines that it goes through; undefined: needs none. */
  readonly digest: string | undefined;
  /** Values that nobody may read in what the step says. */
  readonly secrets: readonly string[];
};

/** What http steps at one provider have in common, with the values of its secrets. */
export interface HttpBase {
  /** Without a final slash. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A sentence that says what is missing and what to do. */
export interface Refused {
  readonly refused: string;
}

export interface PlaceParts {
  /** Digests of providers by name as people have approved them; undefined: nobody was asked. */
  readonly approved?: Readonly<Record<string, string>> | undefined;
  readonly providers: Providers;
  readonly secrets: Secrets;
}

/** Machines that one connection may go through, its own not counted. */
export const mostJumps = 4;

/**
 * Looks up a provider by the name that a step gives it, the machines that it goes through, and the secrets of all.
 * Rejects when that cannot be found out now.
 */
export async function resolvePlace(
  parts: PlaceParts,
  organization: string,
  name: string,
): Promise<ResolvedPlace | Refused> {
  if (name === defaults.stepProvider)
    return { kind: "local", place: { kind: "sandbox" }, digest: undefined, secrets: [] };
  const found = await parts.providers.find(organization, name);
  if (found === undefined)
    return name === defaults.httpProvider
      ? { kind: "http", base: undefined, digest: undefined, secrets: [] }
      : undeclared(name);
  const { provider, digest } = found;
  if (isOther(parts, found)) return changed(name);
  switch (provider.kind) {
    case "host":
      return { kind: "host", place: { kind: "host", user: provider.user }, digest, secrets: [] };
    case "http":
      return httpPlace(parts, organization, { name, provider, digest });
    case "ssh":
      return sshPlace(parts, organization, found);
  }
}

async function httpPlace(
  { secrets }: PlaceParts,
  organization: string,
  { name, provider, digest }: DeclaredProvider & { readonly provider: HttpProvider },
): Promise<ResolvedPlace | Refused> {
  const { baseUrl, headers } = provider;
  const names = Object.values(headers).flatMap((value) => (typeof value === "string" ? [] : [value.secret]));
  const values = await valuesOf(secrets, organization, name, names);
  if ("refused" in values) return values;
  const resolved = Object.entries(headers).map(
    ([header, value]) => [header, typeof value === "string" ? value : values.of(value.secret)] as const,
  );
  const base = { baseUrl, headers: Object.fromEntries(resolved) };
  return { kind: "http", base, digest, secrets: values.all };
}

async function sshPlace(
  parts: PlaceParts,
  organization: string,
  first: DeclaredProvider,
): Promise<ResolvedPlace | Refused> {
  const chain = await chainOf(parts, organization, first);
  if ("refused" in chain) return chain;
  const names = chain.map(({ provider }) => provider.key.secret);
  const values = await valuesOf(parts.secrets, organization, first.name, names);
  if ("refused" in values) return values;
  // From the machine that is reached first to the one that is meant.
  const target = chain.reduceRight<SshTarget | undefined>((jump, { provider }) => {
    const { host, port, user, hostKey } = provider;
    return { host, port, user, key: values.of(provider.key.secret), hostKey, jump };
  }, undefined);
  const digests = chain.map(({ digest }) => digest);
  return {
    kind: "ssh",
    place: { kind: "ssh", target: target as SshTarget },
    digest: digests.length === 1 ? digests[0] : sha256(canonicalJson(digests)),
    secrets: values.all,
  };
}

type Machine = DeclaredProvider & { readonly provider: SshProvider };

/** The machine that is meant, then those that it is reached through, the nearest to it first. */
async function chainOf(
  parts: PlaceParts,
  organization: string,
  first: DeclaredProvider,
): Promise<readonly Machine[] | Refused> {
  const chain: Machine[] = [];
  let { name } = first;
  let found: DeclaredProvider | undefined = first;
  for (;;) {
    const by = chain.at(-1)?.name;
    if (found === undefined) return undeclared(name, by);
    const { provider } = found;
    if (provider.kind !== "ssh")
      return {
        refused: `The provider "${by}" goes through "${name}", which is no ssh provider: jump must name one.`,
      };
    chain.push({ ...found, provider });
    if (provider.jump === undefined) return chain;
    name = provider.jump;
    if (chain.some((machine) => machine.name === name))
      return {
        refused: `The provider "${first.name}" is reached through machines that lead back to "${name}": take one of the jumps away.`,
      };
    if (chain.length > mostJumps)
      return {
        refused: `The provider "${first.name}" is reached through more than ${mostJumps} machines: take some of the jumps away.`,
      };
    found = await parts.providers.find(organization, name);
    if (found !== undefined && isOther(parts, found)) return changed(name);
  }
}

const isOther = ({ approved }: PlaceParts, { name, digest }: DeclaredProvider): boolean =>
  approved !== undefined && approved[name] !== digest;

const changed = (name: string): Refused => ({
  refused: `The provider "${name}" was changed after the run was approved: start the run anew.`,
});

const undeclared = (name: string, through?: string): Refused => ({
  refused:
    `There is no provider "${name}"` +
    (through === undefined ? "" : `, which "${through}" goes through`) +
    ": declare it under providers in rota.yaml and apply that.",
});

interface Values {
  of(name: string): string;
  readonly all: readonly string[];
}

async function valuesOf(
  secrets: Secrets,
  organization: string,
  provider: string,
  names: readonly string[],
): Promise<Values | Refused> {
  if (names.length === 0) return { of: () => "", all: [] };
  const { values, missing } = await secrets.values(organization, [...new Set(names)]);
  const absent = [...new Set(names)].filter((name) => missing.includes(name) || !values.has(name));
  if (absent.length > 0)
    return {
      refused:
        `The provider "${provider}" needs ${absent.length === 1 ? "the secret" : "the secrets"} ` +
        `${absent.join(", ")}, which no value was given for: rota secrets set ${absent[0]} ` +
        `(for run --local: ${secretVariable(absent[0] as string)}=…).`,
    };
  return { of: (name) => values.get(name) as string, all: [...values.values()] };
}
