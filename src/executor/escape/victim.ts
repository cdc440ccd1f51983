import { randomBytes } from "node:crypto";
import { processesNamed } from "./processes-named.ts";
import type { RunAction } from "./run-action.ts";

/** A run that the attempts are aimed at. */
export interface Victim {
  /** As the machine numbers its process. */
  readonly pid: number;
  readonly home: string;
  /** What it said so far. */
  readonly lines: readonly string[];
  alive(): boolean;
  end(): Promise<void>;
}

/** Starts the run and answers when it is up. Rejects when it ends before that. */
export async function startVictim(run: RunAction): Promise<Victim> {
  const token = randomBytes(9).toString("hex");
  const lines: string[] = [];
  const stop = new AbortController();
  let up: (home: string) => void;
  const started = new Promise<string>((resolve) => {
    up = resolve;
  });
  const ended = run("victim", {
    env: { SECRET: "secret of another run", TOKEN: token },
    signal: stop.signal,
    heard(text) {
      lines.push(text);
      if (text.startsWith("home ")) up(text.slice(5));
    },
  }).then((outcome) => new Error(`The run that attempts are aimed at ended: ${outcome.reason}`));
  const home = await Promise.race([started, ended]);
  if (home instanceof Error) throw home;
  return {
    pid: processesNamed(token)[0] ?? 0,
    home,
    lines,
    alive: () => processesNamed(token).length > 0,
    async end() {
      stop.abort();
      await ended;
    },
  };
}
