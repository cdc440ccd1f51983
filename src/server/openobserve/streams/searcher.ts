import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { OpenObserveError } from "../port.ts";
import type { RunSearchAnswer, RunSearchAsk } from "./run-search.ts";

/** The reading side of the streams' file: a few processes that can be ended. */
export interface Searcher {
  /** Throws OpenObserveError: 400 for what the SQL does wrong or how long it takes, 503 when too many wait. */
  search(ask: RunSearchAsk): Promise<Extract<RunSearchAnswer, { ok: true }>>;
  stop(): Promise<void>;
}

const mostProcesses = 2;
const mostWaiting = 50;
/** After this without a query a process ends: it holds about 60 MB. */
const idle = 60_000;
const memoryMegabytes = 256;

interface Waiting {
  readonly ask: RunSearchAsk;
  settle(answer: RunSearchAnswer | Error): void;
}

export function createSearcher(path: string): Searcher {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const program = fileURLToPath(new URL(`./search-process.${extension}`, import.meta.url));
  const free: { readonly child: ChildProcess; readonly timer: NodeJS.Timeout }[] = [];
  const alive = new Set<ChildProcess>();
  const waiting: Waiting[] = [];
  let stopped = false;

  const start = (): ChildProcess => {
    const child = fork(program, [path, String(process.pid)], {
      execArgv: [`--max-old-space-size=${memoryMegabytes}`, "--disable-warning=ExperimentalWarning"],
      // Nothing of the server's environment, so no secret either.
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    alive.add(child);
    child.once("exit", () => {
      alive.delete(child);
      const at = free.findIndex((entry) => entry.child === child);
      if (at >= 0) clearTimeout(free.splice(at, 1)[0]!.timer);
      next();
    });
    // Without a listener a failed start would be thrown; "exit" or the query's own listener tells it.
    child.on("error", () => child.kill("SIGKILL"));
    return child;
  };

  const next = (): void => {
    while (waiting.length > 0 && (free.length > 0 || alive.size < mostProcesses)) {
      const resting = free.pop();
      clearTimeout(resting?.timer);
      const child = resting?.child ?? start();
      const query = waiting.shift()!;
      void perform(child, query.ask).then((answer) => {
        if (!(answer instanceof Error)) rest(child);
        query.settle(answer);
        next();
      });
    }
  };

  const rest = (child: ChildProcess): void => {
    free.push({ child, timer: setTimeout(() => child.kill("SIGKILL"), idle).unref() });
  };

  return {
    search: (ask) =>
      new Promise((resolve, reject) => {
        if (stopped || waiting.length >= mostWaiting)
          return reject(new OpenObserveError(503, "too many searches wait; try again later"));
        waiting.push({
          ask,
          settle(answer) {
            if (answer instanceof Error) reject(answer);
            else if (answer.ok) resolve(answer);
            else reject(new OpenObserveError(400, answer.problem));
          },
        });
        next();
      }),
    async stop() {
      stopped = true;
      for (const { settle } of waiting.splice(0)) settle(new OpenObserveError(503, "the server is stopping"));
      const gone = [...alive].map((child) => new Promise((resolve) => child.once("exit", resolve)));
      for (const child of alive) child.kill("SIGKILL");
      await Promise.all(gone);
    },
  };
}

/** One query in one process; an Error when the process is of no more use. */
function perform(child: ChildProcess, ask: RunSearchAsk): Promise<RunSearchAnswer | Error> {
  return new Promise((resolve) => {
    let outcome: Error | undefined;
    const timer = setTimeout(() => {
      outcome = new OpenObserveError(
        400,
        `the search took longer than ${ask.query.timeout / 1000} s and was ended`,
      );
      child.kill("SIGKILL");
    }, ask.query.timeout);
    const finish = (answer: RunSearchAnswer | Error) => {
      clearTimeout(timer);
      child.off("message", answered);
      child.off("exit", ended);
      resolve(answer);
    };
    const answered = (answer: unknown) => finish(answer as RunSearchAnswer);
    const ended = (_code: number | null, signal: string | null) => finish(outcome ?? endOf(signal));
    child.once("message", answered);
    child.once("exit", ended);
    child.send(ask, (error) => {
      if (error !== null) child.kill("SIGKILL");
    });
  });
}

/** Killed: by its own watch or by V8, for its memory. Else it failed, which is not the query's fault. */
const endOf = (signal: string | null): OpenObserveError =>
  signal === null
    ? new OpenObserveError(500, "the search process failed; the server's log says why")
    : new OpenObserveError(400, "the search needed too much memory and was ended");
