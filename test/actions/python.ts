import { spawn } from "node:child_process";
import { join } from "node:path";

/** Runs Python text in the folder of a sample, with these variables and nothing else of ours. */
export function python(
  action: string,
  program: string,
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("python3", ["-B", "-c", program], {
      cwd: join("actions", action),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: ".", ...options.env },
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
