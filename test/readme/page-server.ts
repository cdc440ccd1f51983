import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Shown } from "./console-blocks.ts";
import { normalised } from "./same-output.ts";

/** The server that a page has its reader start in a terminal of its own. */
export class PageServer {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  /** The line to paste in another terminal, once it was printed. */
  exportLine = "";
  /** How it ended and what it had printed; undefined while it is there. */
  ended: string | undefined;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** Starts it; what it printed until the last line that the page shows. */
  start({ command, output }: Shown): Promise<string> {
    const last = output.filter((line) => line.trim() !== "").at(-1) ?? "";
    return new Promise((resolve, reject) => {
      const child = spawn("bash", ["-c", command], { cwd: this.#cwd, env: this.#env, detached: true });
      this.#child = child;
      let text = "";
      const take = (chunk: Buffer) => {
        text += chunk.toString("utf8");
        this.exportLine = /^ *(export ROTA_TOKEN=\S+)$/m.exec(text)?.[1] ?? this.exportLine;
        if (normalised(text).includes(normalised(last)[0] ?? "")) resolve(text);
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("exit", (code, signal) => {
        this.ended = `it ended with ${code ?? signal}:\n${text}`;
        reject(new Error(this.ended));
      });
    });
  }

  /** As Ctrl-C in its terminal; whoever does not go within a minute is made to. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const group = -child.pid;
    const ended = new Promise((done) => child.once("exit", done));
    const late = setTimeout(() => process.kill(group, "SIGKILL"), 60_000);
    process.kill(group, "SIGINT");
    await ended;
    clearTimeout(late);
  }
}

/** This environment, without what says that a test or an npm script is running. */
export const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(ROTA_|VITEST|NODE_ENV|GIT_|npm_(?!config_))/.test(name),
    ),
  );

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
