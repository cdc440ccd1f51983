/** A group of the provider and the role that its members have here. */
export interface GroupRole {
  /** `*`: everybody who signs in. */
  readonly group: string;
  readonly role: string;
}

/** How people sign in with OpenID Connect. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly clientSecretFile: string | undefined;
  readonly scopes: string;
  /** Where those who sign in belong. */
  readonly organization: string;
  readonly groupsClaim: string;
  readonly roles: readonly GroupRole[];
  /** What a page calls the provider. */
  readonly name: string;
  /** Whether an e-mail counts that the provider does not call verified. */
  readonly unverifiedEmail: boolean;
}

type Texts = (name: string) => string | undefined;

/**
 * The settings of OpenID Connect; undefined: no issuer is set.
 * @param problem told a sentence for each setting that cannot be used; a secret is not repeated
 */
export function readOidc(text: Texts, problem: (sentence: string) => void): OidcSettings | undefined {
  const issuer = text("ROTA_OIDC_ISSUER");
  const others = ["CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "ROLES"].map(
    (name) => `ROTA_OIDC_${name}`,
  );
  if (issuer === undefined) {
    const set = others.find((name) => text(name) !== undefined);
    if (set !== undefined) problem(`${set} is set, and ROTA_OIDC_ISSUER is not; set it as well.`);
    return undefined;
  }
  const take = <T>(name: string, usual: string, read: (value: string) => T | undefined, must: string): T => {
    const found = read(text(name) ?? usual);
    if (found === undefined) problem(`${name} must ${must}`);
    return found as T;
  };
  const clientSecretFile = text("ROTA_OIDC_CLIENT_SECRET_FILE");
  if (text("ROTA_OIDC_CLIENT_SECRET") !== undefined && clientSecretFile !== undefined)
    problem("ROTA_OIDC_CLIENT_SECRET and ROTA_OIDC_CLIENT_SECRET_FILE are both set; set one of them.");
  return {
    issuer: take("ROTA_OIDC_ISSUER", "", readIssuer, issuerForm),
    clientId: take("ROTA_OIDC_CLIENT_ID", "", (value) => value || undefined, "be set with ROTA_OIDC_ISSUER."),
    clientSecret: text("ROTA_OIDC_CLIENT_SECRET"),
    clientSecretFile,
    scopes: take(
      "ROTA_OIDC_SCOPES",
      "openid email profile",
      readScopes,
      "be names with spaces between, openid among them.",
    ),
    organization: take(
      "ROTA_OIDC_ORGANIZATION",
      "default",
      matching(/^[A-Za-z0-9_-]{1,128}$/),
      "be the name of an organization.",
    ),
    groupsClaim: take(
      "ROTA_OIDC_GROUPS_CLAIM",
      "groups",
      matching(/^\S{1,200}$/),
      "be the name of a claim, like groups or realm_access.roles.",
    ),
    roles: take("ROTA_OIDC_ROLES", "", readRoles, rolesForm),
    name: take(
      "ROTA_OIDC_NAME",
      "Single sign-on",
      matching(/^[^\p{C}]{1,60}$/u),
      "have at most 60 characters.",
    ),
    unverifiedEmail: take("ROTA_OIDC_UNVERIFIED_EMAIL", "false", readYes, "be true or false.") === "true",
  };
}

const issuerForm =
  "be the address of the provider, as its discovery document says it: https://login.example.com (http for this machine only).";
const rolesForm =
  'be groups and their roles with commas between: sre=operator,leads=approver. A group with a comma or = in it is written in quotes: "cn=sre,dc=example"=operator; * is everybody who signs in.';

function readIssuer(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.username + url.password + url.search + url.hash !== "") return undefined;
  const local = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && local) ? url : undefined;
}

const matching =
  (form: RegExp) =>
  (value: string): string | undefined =>
    form.test(value) ? value : undefined;

const readYes = matching(/^(true|false)$/);

function readScopes(value: string): string | undefined {
  const scopes = value.split(" ").filter((scope) => scope !== "");
  const legal = scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope));
  return legal && scopes.includes("openid") ? scopes.join(" ") : undefined;
}

const pair = /\s*(?:"([^"]{1,300})"|([^",=]{1,300}?))\s*=\s*([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})\s*(?:,|$)/y;

function readRoles(value: string): readonly GroupRole[] | undefined {
  const found: GroupRole[] = [];
  pair.lastIndex = 0;
  while (pair.lastIndex < value.length) {
    const [, quoted, plain, role = ""] = pair.exec(value) ?? [];
    const group = quoted ?? plain?.trim();
    if (group === undefined || group === "") return undefined;
    found.push({ group, role });
  }
  return found;
}
