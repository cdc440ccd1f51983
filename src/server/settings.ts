import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseDuration, parseSize } from "../core/action/units.ts";
import type { Milliseconds } from "../core/time.ts";
import { parseNetworks } from "../executor/index.ts";
import { readMailSettings } from "./mail/read-mail-settings.ts";
import type { MailSettings } from "./mail/smtp-mailer.ts";
import { type OidcSettings, readOidc } from "./sign-in/oidc-settings.ts";

export interface Settings {
  /** Folder of everything that the server keeps, absolute. */
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where browsers find this server, without a path; undefined: where a request went. */
  readonly publicUrl: string | undefined;
  /** A session ends when it is not used for so long, and in any case when it has lasted so long. */
  readonly sessionIdle: Milliseconds;
  readonly sessionLifetime: Milliseconds;
  /** undefined: people sign in with passwords alone. */
  readonly oidc: OidcSettings | undefined;
  /** Proxies whose word counts for where a request came from: CIDR or one address. */
  readonly trustedProxies: readonly string[];
  readonly rootEmail: string | undefined;
  readonly rootPassword: string | undefined;
  /** The OpenObserve that scripts talk to; undefined: the stand-in. */
  readonly openobserveUrl: string | undefined;
  /** What it is asked with: base64 of `email:password`; undefined: each caller's own login. */
  readonly openobserveToken: string | undefined;
  readonly secretKey: string | undefined;
  readonly secretKeyFile: string | undefined;
  /** Keys that the data folder may have been made with before. */
  readonly oldSecretKeys: string | undefined;
  readonly oldSecretKeyFile: string | undefined;
  /** Folder of files that are secrets, absolute. */
  readonly secretsDir: string;
  /** Those whose actions may use secrets of the environment and of that folder. */
  readonly secretsOrganizations: readonly string[];
  /** Executions at once. */
  readonly workers: number;
  /** What programs have from SIGTERM to SIGKILL. */
  readonly grace: Milliseconds;
  /** Whether steps may act on this machine itself, outside the sandbox. */
  readonly allowHostSteps: boolean;
  /** Networks that every http step may ask although they are not public: CIDR or one address. */
  readonly httpAllow: readonly string[];
  /** Where notifications go as mail; undefined: none is sent. */
  readonly mail: MailSettings | undefined;
  /** What dependency environments may take together, bytes. */
  readonly environmentsSize: number;
  /** Newest runs kept of each action that does not say otherwise, and for how many days. */
  readonly keepRuns: number;
  readonly keepDays: number;
  /** Days that the audit is kept for; undefined: for ever. */
  readonly auditDays: number | undefined;
  /** In a minute: starts of one action by alerts, and new alerts of one receiver. */
  readonly alertsPerAction: number;
  readonly alertsPerReceiver: number;
  readonly log: LogLevel;
  /** The whole environment: the executor takes Python's and its installers' settings from it. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}
const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Settings that cannot be used; one sentence for each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

type Read<T> = { readonly value: T } | { readonly problem: string };

/**
 * The server's settings out of environment variables; an empty one counts as not set.
 * @throws SettingsError with a sentence for each bad value. Values that may be secret are not repeated.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const text = (name: string): string | undefined => (env[name] === "" ? undefined : env[name]);
  const take = <T>(name: string, usual: T, read: (value: string) => Read<T>): T => {
    const value = text(name);
    if (value === undefined) return usual;
    const found = read(value);
    if ("value" in found) return found.value;
    problems.push(`${name} ${found.problem}`);
    return usual;
  };
  const offline = text("ROTA_OFFLINE");
  if (offline !== undefined && !/^(0|1|true|false)$/.test(offline))
    problems.push("ROTA_OFFLINE must be 1 or 0.");
  const mail = readMailSettings(text);
  if (mail !== undefined && "problem" in mail) problems.push(mail.problem);
  const settings: Settings = {
    dataDir: resolve(text("ROTA_DATA") ?? ".rota"),
    host: take("ROTA_HOST", "127.0.0.1", readHost),
    port: take("ROTA_PORT", 5090, (value) => readWhole(value, 0, 65_535)),
    publicUrl: take<string | undefined>("ROTA_PUBLIC_URL", undefined, readOrigin),
    sessionIdle: take("ROTA_SESSION_IDLE", 12 * 3_600_000, readSpan),
    sessionLifetime: take("ROTA_SESSION_LIFETIME", 7 * 86_400_000, readSpan),
    oidc: readOidc(text, (sentence) => problems.push(sentence)),
    trustedProxies: take<readonly string[]>("ROTA_TRUSTED_PROXIES", [], parseNetworks),
    rootEmail: take<string | undefined>("ROTA_ROOT_EMAIL", undefined, readRootEmail),
    rootPassword: take<string | undefined>("ROTA_ROOT_PASSWORD", undefined, readPassword),
    openobserveUrl: take<string | undefined>("ROTA_OPENOBSERVE_URL", undefined, readUrl),
    openobserveToken: take<string | undefined>("ROTA_OPENOBSERVE_TOKEN", undefined, readBasic),
    secretKey: text("ROTA_SECRET_KEY"),
    secretKeyFile: text("ROTA_SECRET_KEY_FILE"),
    oldSecretKeys: text("ROTA_OLD_SECRET_KEYS"),
    oldSecretKeyFile: text("ROTA_OLD_SECRET_KEY_FILE"),
    secretsDir: resolve(text("ROTA_SECRETS_DIR") ?? "/run/secrets"),
    secretsOrganizations: take("ROTA_SECRETS_ORGANIZATIONS", ["default"], readOrganizations),
    workers: take("ROTA_WORKERS", Math.max(4, 2 * availableParallelism()), (value) =>
      readWhole(value, 1, 1000),
    ),
    grace: take("ROTA_GRACE", 5_000, readGrace),
    allowHostSteps: take("ROTA_ALLOW_HOST_STEPS", false, readYes),
    httpAllow: take<readonly string[]>("ROTA_HTTP_ALLOW", [], parseNetworks),
    mail: mail !== undefined && "problem" in mail ? undefined : mail,
    environmentsSize: take("ROTA_ENVIRONMENTS_SIZE", 10 * 2 ** 30, readSize),
    keepRuns: take("ROTA_KEEP_RUNS", 1000, (value) => readWhole(value, 1, 1_000_000)),
    keepDays: take("ROTA_KEEP_DAYS", 90, (value) => readWhole(value, 1, 36_500)),
    auditDays: take<number | undefined>("ROTA_AUDIT_DAYS", undefined, (value) => readWhole(value, 1, 36_500)),
    alertsPerAction: take("ROTA_ALERT_LIMIT_PER_ACTION", 60, (value) => readWhole(value, 1, 1_000_000)),
    alertsPerReceiver: take("ROTA_ALERT_LIMIT_PER_RECEIVER", 6_000, (value) =>
      readWhole(value, 1, 1_000_000),
    ),
    log: take<LogLevel>("ROTA_LOG", "warn", readLevel),
    variables: env,
  };
  if (settings.secretKey !== undefined && settings.secretKeyFile !== undefined)
    problems.push("ROTA_SECRET_KEY and ROTA_SECRET_KEY_FILE are both set; set one of them.");
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function readWhole(value: string, least: number, most: number): Read<number> {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return { value: number };
  return {
    problem: `must be a whole number from ${least} to ${most}, not ${JSON.stringify(value.slice(0, 40))}.`,
  };
}

/** A longer one would keep a server that stops from stopping. */
const longestGrace: Milliseconds = 10 * 60_000;

const readGrace = (value: string): Read<Milliseconds> =>
  /^\d{1,6}(ms|s|m)$/.test(value) && parseDuration(value) <= longestGrace
    ? { value: parseDuration(value) }
    : { problem: `must be a time from 0s to 10m, like 5s, not ${JSON.stringify(value.slice(0, 40))}.` };

const readYes = (value: string): Read<boolean> =>
  value === "true" || value === "false"
    ? { value: value === "true" }
    : { problem: `must be true or false, not ${JSON.stringify(value.slice(0, 40))}.` };

const readSize = (value: string): Read<number> =>
  /^[1-9]\d{0,5}(Ki|Mi|Gi)$/.test(value)
    ? { value: parseSize(value) }
    : { problem: "must be a size like 10Gi or 500Mi." };

const readHost = (value: string): Read<string> =>
  /^[A-Za-z0-9.:_-]{1,253}$/.test(value)
    ? { value }
    : { problem: "must be a host name or an IP address, without a port: 127.0.0.1, 0.0.0.0, ::1." };

const readRootEmail = (value: string): Read<string> =>
  /^[^\s:@]+@[^\s:@]+$/.test(value) && value.length <= 254
    ? { value: value.toLowerCase() }
    : { problem: "must be an e-mail address." };

/** OpenObserve asks for as much. Basic authentication carries any text. */
const readPassword = (value: string): Read<string> =>
  value.length >= 8 && value.length <= 1024
    ? { value }
    : { problem: "must have at least 8 characters (and at most 1024)." };

/** From a minute to a year. */
const readSpan = (value: string): Read<Milliseconds> =>
  /^\d{1,6}[mhd]$/.test(value) && parseDuration(value) >= 60_000 && parseDuration(value) <= 365 * 86_400_000
    ? { value: parseDuration(value) }
    : { problem: `must be a time from 1m to 365d, like 12h, not ${JSON.stringify(value.slice(0, 40))}.` };

function readOrigin(value: string): Read<string> {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin = url !== undefined && [url.origin, `${url.origin}/`].includes(value.toLowerCase());
  if (isOrigin && /^https?:$/.test(url.protocol)) return { value: url.origin };
  return { problem: "must be the address that browsers use, without a path: https://rota.example.com" };
}

function readUrl(value: string): Read<string> {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    return { problem: "must be an address like https://openobserve.example.com" };
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return {
      problem:
        "must be an address without user name, password, query and fragment; a login goes into ROTA_OPENOBSERVE_TOKEN.",
    };
  return { value: url.href.replace(/\/+$/, "") };
}

const readBasic = (value: string): Read<string> =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, "base64").includes(":")
    ? { value }
    : { problem: "must be the base64 text of email:password." };

const readOrganizations = (value: string): Read<readonly string[]> =>
  /^[A-Za-z0-9_-]{1,128}(\s*,\s*[A-Za-z0-9_-]{1,128})*$/.test(value)
    ? { value: value.split(",").map((name) => name.trim()) }
    : { problem: "must be names of organizations with commas between, like default,team_a." };

const readLevel = (value: string): Read<LogLevel> =>
  (logLevels as readonly string[]).includes(value)
    ? { value: value as LogLevel }
    : { problem: `must be one of ${logLevels.join(", ")}.` };
