import { type ChildProcess, spawn } from "node:child_process";

const end = "-- end of command --";

/** One bash that stays, so that `export` and `cd` of one command hold for the next, as in a terminal. */
export class Shell {
  readonly #bash: ChildProcess;
  #text = "";
  #waiting: ((text: string) => void) | undefined;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#bash = spawn("bash", ["--norc", "--noprofile"], { cwd, env });
    const take = (chunk: Buffer) => {
      this.#text += chunk.toString("utf8");
      const at = this.#text.indexOf(end);
      if (at < 0) return;
      this.#waiting?.(this.#text.slice(0, at));
      this.#text = "";
    };
    this.#bash.stdout?.on("data", take);
    this.#bash.stderr?.on("data", take);
  }

  /** What the command prints, on both streams. */
  run(command: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#bash.stdin?.write(`{ ${command}\n} 2>&1 </dev/null\necho '${end}'\n`);
    });
  }

  async close(): Promise<void> {
    if (this.#bash.exitCode !== null || this.#bash.signalCode !== null) return;
    const ended = new Promise((done) => this.#bash.once("exit", done));
    this.#bash.stdin?.end();
    await ended;
  }
}
