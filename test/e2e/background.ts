import { type ChildProcess, spawn } from "node:child_process";

/** A program in a terminal of its own, ended as by Ctrl-C. */
export class Background {
  readonly #child: ChildProcess;
  #text = "";

  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn("bash", ["-c", command], { cwd, env, detached: true });
    const take = (chunk: Buffer) => {
      this.#text += chunk.toString("utf8");
    };
    this.#child.stdout?.on("data", take);
    this.#child.stderr?.on("data", take);
  }

  /** How it ended and what it printed; undefined while it is there. */
  get ended(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null
      ? undefined
      : `it ended with ${exitCode ?? signalCode}:\n${this.#text}`;
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined || this.#child.pid === undefined) return;
    const gone = new Promise((done) => this.#child.once("exit", done));
    process.kill(-this.#child.pid, "SIGTERM");
    await gone;
  }
}
