import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { redactor } from "../../core/redact/redactor.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What an installer is told of the server's settings. */
export interface InstallerSettings {
  /** Its whole environment besides the sandbox's own few variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Files and folders that those name. */
  readonly read: readonly string[];
  /** Nothing may be asked of a network. */
  readonly offline: boolean;
  /** No index is asked: folders of wheels alone. */
  readonly noIndex: boolean;
  /** Hides logins in the addresses of indexes and proxies. */
  readonly redact: (text: string) => string;
}

/** Said once for both installers: `ROTA_PIP_INDEX_URL`, else `PIP_INDEX_URL`; uv has its own names for them. */
const shared = {
  INDEX_URL: "UV_INDEX_URL",
  EXTRA_INDEX_URL: "UV_EXTRA_INDEX_URL",
  FIND_LINKS: "UV_FIND_LINKS",
  TRUSTED_HOST: "UV_INSECURE_HOST",
  CERT: "SSL_CERT_FILE",
} as const;

/** Settings of how an index is asked. What they install, and where, is ours to say. */
const passed = [
  /^PIP_(NO_INDEX|PROXY|CLIENT_CERT|PREFER_BINARY|PRE|TIMEOUT|DEFAULT_TIMEOUT|RETRIES)$/,
  /^UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)|INDEX_STRATEGY)$/,
  /^UV_(FIND_LINKS|NO_INDEX|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|HTTP_TIMEOUT|HTTP_RETRIES|PRERELEASE)$/,
  /^UV_(RESOLUTION|EXCLUDE_NEWER|CONCURRENT_[A-Z]+)$/,
  /^(https?|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
];

/** The server's settings for installers: indexes, certificates, proxies. Nothing else of its environment. */
export function installerSettings(server: Variables): InstallerSettings {
  const env: Record<string, string> = {
    PIP_CONFIG_FILE: "/dev/null",
    PIP_ROOT_USER_ACTION: "ignore",
    UV_HTTP_TIMEOUT: "5",
    UV_PYTHON_DOWNLOADS: "never",
  };
  for (const [name, forUv] of Object.entries(shared)) {
    const value = server[`ROTA_PIP_${name}`] || server[`PIP_${name}`];
    if (!value) continue;
    env[`PIP_${name}`] = value;
    env[forUv] = name === "FIND_LINKS" ? words(value).join(",") : value;
  }
  const offline = isOn(server.ROTA_OFFLINE);
  for (const [name, value] of Object.entries(server))
    if (value && passed.some((pattern) => pattern.test(name)) && !overruled(name, server)) env[name] = value;
  if (offline) forgetNetwork(env);
  const noIndex = offline || isOn(server.PIP_NO_INDEX) || isOn(server.UV_NO_INDEX);
  return { env, read: filesIn(env), offline, noIndex, redact: hideLogins(env) };
}

/** Leaves folders of wheels. */
function forgetNetwork(env: Record<string, string>): void {
  for (const [name, value] of Object.entries(env)) {
    if (/INDEX/.test(name)) delete env[name];
    if (!name.endsWith("FIND_LINKS")) continue;
    const local = words(value).filter((place) => !/^https?:/i.test(place));
    env[name] = local.join(name.startsWith("UV_") ? "," : " ");
  }
}

/** ROTA_PIP_… was set to be obeyed by whichever installer there is. */
const overruled = (name: string, server: Variables): boolean =>
  Object.entries(shared).some(([ours, forUv]) => forUv === name && Boolean(server[`ROTA_PIP_${ours}`]));

const isOn = (value: string | undefined) => value !== undefined && /^(1|true|yes|on)$/i.test(value);
const words = (value: string) => value.split(/[\s,]+/).filter((word) => word !== "");

function filesIn(env: Readonly<Record<string, string>>): readonly string[] {
  const named = [
    ...words(env.PIP_FIND_LINKS ?? ""),
    ...words(env.UV_FIND_LINKS ?? ""),
    ...[
      "PIP_CERT",
      "PIP_CLIENT_CERT",
      "SSL_CERT_FILE",
      "SSL_CERT_DIR",
      "REQUESTS_CA_BUNDLE",
      "CURL_CA_BUNDLE",
    ].map((name) => env[name] ?? ""),
  ].map((path) => (path.startsWith("file:///") && URL.canParse(path) ? fileURLToPath(path) : path));
  return [...new Set(named)].filter((path) => isAbsolute(path) && existsSync(path));
}

function hideLogins(env: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    /_(PASSWORD)$/.test(name) ? [value] : words(value).flatMap(loginIn),
  );
  const hide = redactor(secrets);
  // Of an address whole, also what is too short to be hidden wherever it stands.
  return (text) => hide.text(text).replace(/\/\/[^/\s@]+@/g, "//[redacted]@");
}

function loginIn(word: string): readonly string[] {
  const [, login] = /\/\/([^/\s]+)@/.exec(word) ?? [];
  if (login === undefined) return [];
  const colon = login.indexOf(":");
  // A name alone is a token.
  const secrets = colon < 0 ? [login] : [login, login.slice(colon + 1)];
  return [...secrets, ...secrets.map(decoded)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
