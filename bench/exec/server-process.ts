import { type ChildProcess, spawn } from "node:child_process";
import { rota } from "./repository.ts";

const login = { email: "root@example.com", password: "bench bench bench" };
/** What HTTP Basic and ROTA_TOKEN take. */
export const token = Buffer.from(`${login.email}:${login.password}`).toString("base64");

export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Starts the built `rota serve` in `folder` with these settings, and none of whoever runs the bench. */
export async function startServer(folder: string, settings: Record<string, string>): Promise<ServerProcess> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("ROTA_"));
  const child = spawn(process.execPath, [rota, "serve"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(own),
      ROTA_PORT: "0",
      ROTA_ROOT_EMAIL: login.email,
      ROTA_ROOT_PASSWORD: login.password,
      ...settings,
    },
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  return {
    address: await listening(child),
    pid: child.pid!,
    async stop() {
      child.stderr?.removeAllListeners("data").resume();
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

/** The address that it prints; what it says later goes to whoever runs the bench. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found !== null) resolve(found[0]);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      process.stderr.write(chunk);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
}
