import { spawn, spawnSync } from "node:child_process";

/** A bare interpreter: the floor of everything here. */
export class Python {
  /** The real program, not a version manager's shim. */
  readonly executable: string;

  /** @throws when there is none */
  constructor(name: string = process.env.ROTA_PYTHON || "python3") {
    const asked = spawnSync(name, ["-I", "-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
    this.executable = asked.stdout?.trim() ?? "";
    if (asked.status !== 0 || this.executable === "") throw new Error(`${name} could not be started`);
  }

  /** Runs it to its end; what it printed. @throws unless it succeeded */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    // Written .pyc files would make the second run of a floor another one than the first.
    const child = spawn(this.executable, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(said);
        else reject(new Error(`${this.executable} ${args.join(" ")} ended with ${code}`));
      });
    });
  }
}
