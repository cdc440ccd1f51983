import { isKnownType } from "../../access/allows.ts";
import { objectTypes } from "../../access/grant.ts";
import { parseExpression } from "../../expression/expression.ts";
import { didYouMean } from "../did-you-mean.ts";
import { leadsBack } from "../leads-back.ts";
import type { Path, Problem } from "../problem.ts";
import type { WrittenProject, WrittenProvider } from "../written/written.generated.ts";

/** One thing that must hold across fields of a `rota.yaml` that has passed the schema. */
export type ProjectRule = (written: WrittenProject) => Iterable<Problem>;

type Providers = Readonly<Record<string, WrittenProvider>>;

function* localIsReserved({ providers = {} }: WrittenProject): Iterable<Problem> {
  if (Object.hasOwn(providers, "local"))
    yield {
      code: "PROVIDER_RESERVED",
      path: ["providers", "local"],
      key: true,
      message: "the provider local is always there and cannot be declared",
    };
}

function* jumpsAreDeclared({ providers = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, provider] of Object.entries(providers)) {
    if (provider.kind !== "ssh" || provider.jump === undefined) continue;
    const path = ["providers", name, "jump"];
    const jump = Object.hasOwn(providers, provider.jump) ? providers[provider.jump] : undefined;
    if (jump === undefined)
      yield {
        code: "UNKNOWN_PROVIDER",
        path,
        message: `there is no provider "${provider.jump}"`,
        hint: didYouMean(provider.jump, Object.keys(providers)),
      };
    else if (jump.kind !== "ssh")
      yield { code: "UNKNOWN_PROVIDER", path, message: `"${provider.jump}" is no ssh provider` };
    else if (leadsBack(name, (at) => jumpOf(providers, at)))
      yield { code: "JUMP_CIRCLE", path, message: "these jump hosts lead back to one another" };
  }
}

function jumpOf(providers: Providers, name: string): string | undefined {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  return provider?.kind === "ssh" ? provider.jump : undefined;
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

function* addressesAreAddresses({ environments = {}, providers = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, { server }] of Object.entries(environments))
    yield* address(server, ["environments", name, "server"], "the token comes from ROTA_TOKEN");
  for (const [name, provider] of Object.entries(providers))
    if (provider.kind === "http")
      yield* address(
        provider.baseUrl,
        ["providers", name, "baseUrl"],
        "headers: { Authorization: { secret: NAME } }",
      );
}

function* address(text: string, path: Path, hint: string): Iterable<Problem> {
  if (!URL.canParse(text)) {
    yield { code: "ADDRESS_INVALID", path, message: "this is not an address" };
    return;
  }
  const { username, password, search, hash } = new URL(text);
  if (username !== "" || password !== "")
    yield { code: "PLAIN_SECRET", path, message: "an address must not hold a login", hint };
  if (search !== "" || hash !== "")
    yield { code: "ADDRESS_INVALID", path, message: "an address ends before any ? or #" };
}

/** A header that proves who asks is a secret whatever its value looks like. */
function* headersHoldNoSecrets({ providers = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, provider] of Object.entries(providers))
    for (const [header, value] of Object.entries((provider.kind === "http" && provider.headers) || {}))
      if (
        typeof value === "string" &&
        /^(proxy-)?authorization$|^cookie$|api-?key|token|secret/i.test(header)
      )
        yield {
          code: "PLAIN_SECRET",
          path: ["providers", name, "headers", header],
          message: `the header ${header} is a secret and stands here in plain text`,
          hint: `${header}: { secret: NAME }, and change the value: it is in git's history`,
        };
}

function* alertsMatch({ alerts = {} }: WrittenProject): Iterable<Problem> {
  for (const [name, { match }] of Object.entries(alerts)) {
    const parsed =
      match === undefined ? undefined : parseExpression(match, { names: ["alert"], condition: true });
    if (match !== undefined && parsed?.ok === false)
      yield {
        code: "EXPRESSION_INVALID",
        path: ["alerts", name, "match"],
        part: { text: match, offset: Math.min(parsed.offset, match.length), length: 1 },
        message: `this expression cannot be read: ${parsed.problem}`,
      };
  }
}

/** OpenObserve has more kinds of objects: there a kind that means nothing here may mean something. */
function* permissionsGrantSomething({
  serviceAccounts = {},
  environments = {},
}: WrittenProject): Iterable<Problem> {
  if (Object.values(environments).some(({ kind }) => kind === "openobserve")) return;
  const known = objectTypes.map(({ type }) => type);
  for (const [email, account] of Object.entries(serviceAccounts))
    for (const [index, { object }] of (account?.permissions ?? []).entries()) {
      const kind = object.split(":")[0] as string;
      if (isKnownType(kind)) continue;
      yield {
        code: "PERMISSION_UNKNOWN",
        severity: "warning",
        path: ["serviceAccounts", email, "permissions", index, "object"],
        message: `a Rota server knows no objects of the kind "${kind.slice(0, 64)}": this grants nothing there`,
        hint: didYouMean(kind, known) ?? `the kinds are ${known.join(", ")}`,
      };
    }
}

/** Those that look at each provider by itself. */
export const providerRules: readonly ProjectRule[] = [
  localIsReserved,
  addressesAreAddresses,
  headersHoldNoSecrets,
];

export const projectRules: readonly ProjectRule[] = [
  ...providerRules,
  jumpsAreDeclared,
  pruneHasAScope,
  alertsMatch,
  permissionsGrantSomething,
];
