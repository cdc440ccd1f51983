import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Ended, rota } from "../cli/rota.ts";
import { entry, programEnv } from "../program.ts";

const login = { email: "root@example.com", password: "correct horse battery" };

/** A real server in a process of its own, over a data folder that outlives it. */
export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** All that it printed until now, its log among it. */
  said(): string;
  /** As `kill -9`: no word to the server. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Answers with the body as JSON. @throws when the status is not `expected` */
  call<Body>(method: string, path: string, body?: unknown, expected?: number): Promise<Body>;
}

/** What the tests read of a run. */
export interface RunJson {
  readonly id: string;
  readonly action_name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly signal: string | null;
  readonly trigger: { readonly kind: string };
}

/** A folder of its own under the temporary folder, removed after the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "rota-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Starts `rota serve` over `data` on a port of the system's choice, with these settings besides. */
export async function serve(data: string, settings: Record<string, string> = {}): Promise<ServerProcess> {
  const child = spawnServer(data, settings);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  const address = await firstAddress(child);
  return {
    address,
    pid: child.pid!,
    said: () => said,
    kill,
    call: (...request) => call(address, ...request),
  };
}

/** Starts one and kills it `after` ms, wherever its start is then; resolves when it is gone. */
export async function serveBriefly(
  data: string,
  settings: Record<string, string>,
  after: number,
): Promise<void> {
  const child = spawnServer(data, settings);
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  setTimeout(() => child.kill("SIGKILL"), after);
  await new Promise((resolve) => child.once("exit", resolve));
}

const spawnServer = (data: string, settings: Record<string, string>) =>
  spawn(process.execPath, [entry, "serve"], {
    env: {
      ...process.env,
      ...programEnv(),
      ROTA_DATA: data,
      ROTA_PORT: "0",
      ROTA_ROOT_EMAIL: login.email,
      ROTA_ROOT_PASSWORD: login.password,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });

function firstAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    const take = (chunk: Buffer) => {
      told += chunk.toString("utf8");
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told);
      if (found !== null) resolve(found[0]);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${told}`)));
  });
}

async function call<Body>(
  address: string,
  method: string,
  path: string,
  body?: unknown,
  expected = 200,
): Promise<Body> {
  const answer = await fetch(address + path, {
    method,
    headers: {
      authorization: basicOf(),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Body;
}

/** The Authorization header of root. */
export const basicOf = (): string => `Basic ${token()}`;

const token = () => Buffer.from(`${login.email}:${login.password}`).toString("base64");

/** A git repository of a user's, whose commands talk to `server`. */
export class Repository {
  readonly folder: string;
  readonly #server: () => ServerProcess;

  /** `from`: a folder that is copied and committed. */
  constructor(server: () => ServerProcess, from?: string) {
    this.folder = temporary();
    this.#server = server;
    if (from !== undefined) cpSync(from, this.folder, { recursive: true });
    this.git("init", "--quiet", "--initial-branch", "main");
    this.git("config", "user.name", "Ada");
    this.git("config", "user.email", "ada@example.org");
    this.git("config", "commit.gpgsign", "false");
    if (from !== undefined) this.commit("Begin");
  }

  git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  /** Runs the real program here. */
  rota(...args: string[]): Promise<Ended> {
    return rota(args, { cwd: this.folder, env: this.login() });
  }

  /** The settings that its commands reach the server with. */
  login(): Record<string, string> {
    const { address } = this.#server();
    return { ROTA_SERVER: address, ROTA_TOKEN: token(), ...pip() };
  }
}

/** How this machine reaches its package index, if it is told so by the environment. */
const pip = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => /^(PIP|UV)_/.test(entry[0])),
  );
