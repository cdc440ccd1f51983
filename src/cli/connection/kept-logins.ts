import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { usageError } from "../cli-error.ts";
import type { Io } from "../io.ts";

/** A login that `rota login` keeps: an API token for one organization of one server. */
export interface KeptLogin {
  /** Of the server, as commands write it: http://127.0.0.1:5090 */
  readonly address: string;
  readonly organization: string;
  readonly email: string;
  /** Names the token on the server. */
  readonly id: string;
  readonly token: string;
  /** µs since 1970; null: never. */
  readonly expires_at: number | null;
}
type Place = Pick<KeptLogin, "address" | "organization">;

const fileOf = ({ env }: Pick<Io, "env">): string => {
  const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  return join(config, "rota", "logins.json");
};

/** The login that is kept for a server and an organization; what has expired counts as well. */
export async function keptLogin(io: Pick<Io, "env">, place: Place): Promise<KeptLogin | undefined> {
  return (await read(fileOf(io))).find((login) => isAt(login, place));
}

/** Keeps a login, in place of the one that was kept for the same server and organization. */
export async function keepLogin(io: Pick<Io, "env">, login: KeptLogin): Promise<string> {
  const file = fileOf(io);
  await write(file, [...(await read(file)).filter((one) => !isAt(one, login)), login]);
  return file;
}

export async function forgetLogin(io: Pick<Io, "env">, place: Place): Promise<void> {
  const file = fileOf(io);
  await write(
    file,
    (await read(file)).filter((one) => !isAt(one, place)),
  );
}

const isAt = (login: KeptLogin, { address, organization }: Place): boolean =>
  login.address === address && login.organization === organization;

async function read(file: string): Promise<readonly KeptLogin[]> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) return [];
  if (process.platform !== "win32" && (info.mode & 0o077) !== 0)
    throw usageError(
      `${file} holds logins, and others of this machine may read it`,
      `Whoever read them can use them: end them with \`rota logout\` after this: chmod 600 ${file}`,
    );
  try {
    const { logins } = JSON.parse(await readFile(file, "utf8")) as { logins?: unknown };
    if (Array.isArray(logins)) return logins.filter(isLogin);
  } catch {
    // Said below.
  }
  throw usageError(`${file} is damaged`, "Remove it, then log in again: rota login");
}

function isLogin(value: unknown): value is KeptLogin {
  const login = value as Partial<KeptLogin> | null;
  const texts = [login?.address, login?.organization, login?.email, login?.id, login?.token];
  return texts.every((text) => typeof text === "string");
}

/** Beside the file, then in its place: another `rota` never reads half of it, and it is never open to others. */
async function write(file: string, logins: readonly KeptLogin[]): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (logins.length === 0) return rm(file, { force: true });
  const beside = `${file}.${process.pid}.tmp`;
  await rm(beside, { force: true });
  const handle = await open(beside, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ logins }, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(beside, 0o600);
  await rename(beside, file);
}
