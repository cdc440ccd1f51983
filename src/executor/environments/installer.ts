import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Interpreter } from "../sandbox/interpreter.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export interface Installer {
  readonly name: "uv" | "pip";
  readonly argv: (folder: string, requirements: readonly string[]) => readonly string[];
}

/**
 * uv where it is on PATH, else the interpreter's own pip. Both install wheels only: building a source package would
 * run its code, and nothing that a package brings runs outside an execution.
 */
export async function findInstaller(python: Interpreter, path: string): Promise<Installer> {
  const uv = await onPath("uv", path);
  return uv === undefined ? pip(python) : makeUv(uv, python);
}

async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((part) => isAbsolute(part))) {
    const file = join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

const makeUv = (uv: string, python: Interpreter): Installer => ({
  name: "uv",
  argv: (folder, requirements) => [
    ...[uv, "pip", "install", "--target", folder, "--python", python.executable, "--only-binary", ":all:"],
    ...["--compile-bytecode", "--no-progress", "--color", "never", "--", ...requirements],
  ],
});

// Offline, pip's own defaults (five retries of 15 s) take 8 s to fail where there is no route, minutes where packets
// are dropped; these take about a second and ten.
const pip = (python: Interpreter): Installer => ({
  name: "pip",
  argv: (folder, requirements) => [
    ...[python.executable, "-I", "-m", "pip", "install", "--target", folder, "--only-binary", ":all:"],
    ...["--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar", "off"],
    ...["--retries", "1", "--timeout", "5", "--", ...requirements],
  ],
});

const passed = [
  /^(PIP|UV)_[A-Z0-9_]+$/,
  /^(https?|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
];
/** Where to install, and what of, is ours to say. */
const kept =
  /^PIP_(TARGET|PREFIX|ROOT|USER|NO_USER|REQUIREMENT|CONSTRAINT|EDITABLE|NO_BINARY|ONLY_BINARY|REQUIRE_VIRTUALENV|DRY_RUN|REPORT|LOG|PYTHON|SRC|QUIET|VERBOSE)$|^UV_(TARGET|PREFIX|PYTHON|NO_BINARY|ONLY_BINARY|SYSTEM_PYTHON|PROJECT|PROJECT_ENVIRONMENT)$/;

/** The server's settings for installers: indexes, certificates, proxies. Nothing else of its environment. */
export function installerEnvironment(server: Variables): Record<string, string> {
  const env: Record<string, string> = { PIP_ROOT_USER_ACTION: "ignore", UV_HTTP_TIMEOUT: "5" };
  for (const [name, value] of Object.entries(server))
    if (value !== undefined && !kept.test(name) && passed.some((pattern) => pattern.test(name)))
      env[name] = value;
  // Settings files of the server's user (pip.conf, uv.toml); their home is not the build's.
  const settings =
    server.XDG_CONFIG_HOME ?? (server.HOME === undefined ? undefined : join(server.HOME, ".config"));
  if (settings !== undefined) env.XDG_CONFIG_HOME = settings;
  return env;
}
