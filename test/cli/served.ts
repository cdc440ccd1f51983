import { type ChildProcess, spawn } from "node:child_process";
import { entry, programEnv } from "../program.ts";

/** A `rota serve` in a process of its own. */
export interface Served {
  readonly child: ChildProcess;
  /** All that it printed until now, on both streams. */
  text(): string;
  /** Resolves once it printed this. @throws when it ends before */
  shows(wanted: RegExp): Promise<RegExpExecArray>;
  /** Ctrl-C; what it exits with. */
  stop(): Promise<number | null>;
}

/** Starts it on a port of the system's choice, with these settings; whoever starts it also stops it. */
export function served(args: readonly string[], cwd: string, env: Record<string, string>): Served {
  const child = spawn(process.execPath, [entry, "serve", ...args], {
    cwd,
    env: { ...programEnv(), ROTA_PORT: "0", ...env },
  });
  let text = "";
  const looking = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const look of looking) look();
    });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  return {
    child,
    text: () => text,
    shows: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = wanted.exec(text);
          if (found === null) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without ${wanted}:\n${text}`)));
      }),
    stop: () => {
      if (child.exitCode === null) child.kill("SIGINT");
      return ended;
    },
  };
}
