import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { program } from "../row.ts";

export const rota = resolve("dist/cli/main.js");
const author = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];

/** A git repository of actions, brought to a server by the command that users have for it. */
export class Repository {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder);
    program("git", ["init", "-q"], { cwd: folder });
  }

  /** Writes and commits files. */
  commit(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      const path = join(this.#folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    program("git", ["add", "-A"], { cwd: this.#folder });
    program("git", [...author, "commit", "-q", "-m", "Change"], { cwd: this.#folder });
  }

  /** `rota apply`. @throws with all that it said */
  async apply(address: string, token: string): Promise<void> {
    const env = { ...process.env, ROTA_SERVER: address, ROTA_TOKEN: token, NO_COLOR: "1" };
    const options = { cwd: this.#folder, env };
    await promisify(execFile)(process.execPath, [rota, "apply", "--yes"], options).catch((error) => {
      throw new Error(`rota apply: ${error.stdout}${error.stderr}`);
    });
  }
}
