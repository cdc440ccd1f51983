import { randomBytes } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import type { Executor, Outcome } from "../../runs/ports/executor.ts";
import { processesNamed } from "./processes-named.ts";
import { limits, type RunAction, runActionOn } from "./run-action.ts";
import { actionsOfTheSuite, type Stage } from "./stage.ts";
import { startVictim, type Victim } from "./victim.ts";

/** What became of one attempt. */
export interface Attempted {
  readonly action: string;
  /** Empty where the action was not started at all. */
  readonly attempt: string;
  readonly where: "main" | "module";
  /** "refused": not started, as the machine cannot give what it asks for. "broken": the attempt itself went wrong. */
  readonly outcome: "held" | "open" | "refused" | "broken";
  /** What it got, or what kept it from it. */
  readonly detail: string;
}

/** As attempt.py prints it. */
interface Told {
  readonly attempt: string;
  readonly outcome?: "held" | "open" | "broken" | "look";
  readonly detail?: string;
  readonly look?: {
    readonly file: string | null;
    readonly process: string | null;
    readonly line: string | null;
  };
}

/** Runs the actions in these ways, one after another, and tells the attempts of each as soon as it has ended. */
export async function* playEscapes(
  executor: Executor,
  stage: Stage,
  actions: readonly string[] = actionsOfTheSuite(),
  ways: readonly Attempted["where"][] = ["main", "module"],
): AsyncIterable<Attempted> {
  const run = runActionOn(executor, stage);
  let victim: Victim | undefined;
  try {
    for (const action of actions)
      for (const where of ways) {
        if (!victim?.alive()) {
          await victim?.end();
          victim = await startVictim(run);
        }
        yield* await play(run, stage, victim, action, where);
      }
  } finally {
    await victim?.end();
  }
}

async function play(
  run: RunAction,
  stage: Stage,
  victim: Victim,
  action: string,
  where: Attempted["where"],
): Promise<Attempted[]> {
  const told: Told[] = [];
  const outcome = await run(action, {
    env: aims(stage, victim, where),
    signal: new AbortController().signal,
    heard(text) {
      if (text.startsWith('{"attempt"')) told.push(JSON.parse(text) as Told);
    },
  });
  if (outcome.end === "not_started")
    return [{ action, where, attempt: "", outcome: "refused", detail: outcome.reason ?? "" }];
  return told
    .filter(({ attempt, outcome }, index) => outcome !== undefined || told[index + 1]?.attempt !== attempt)
    .map((each) => ({ action, where, attempt: each.attempt, ...judged(each, outcome, victim) }));
}

function aims(stage: Stage, victim: Victim, where: string): Record<string, string> {
  return {
    AT: where,
    DATA: stage.dataDir,
    ELSEWHERE: stage.elsewhere,
    SERVER: String(process.pid),
    KEEPER: String(processesNamed(`keeper.py\0${stage.dataDir}`)[0] ?? 0),
    PORT: String(stage.port),
    ABSTRACT: stage.abstract,
    SOCKET: stage.socket,
    OTHER: stage.bundle("victim"),
    TOKEN: randomBytes(9).toString("hex"),
    VICTIM: String(victim.pid),
    VICTIM_HOME: victim.home,
    MEMORY: String(limits.memory),
    DISK: String(limits.disk),
    IPC: readlinkSync("/proc/self/ns/ipc"),
  };
}

function judged(told: Told, run: Outcome, victim: Victim): Pick<Attempted, "outcome" | "detail"> {
  const detail = told.detail ?? "";
  if (told.outcome === undefined) {
    // It did not come to its end: the run was ended during it. Only a limit may do that.
    const stopped = run.reason ?? "The run ended.";
    return {
      outcome: run.end === "failed" || run.end === "out_of_memory" ? "held" : "broken",
      detail: stopped,
    };
  }
  if (told.outcome !== "look") return { outcome: told.outcome, detail };
  const { file, process: token, line } = told.look ?? { file: null, process: null, line: null };
  if (file !== null && exists(file)) return { outcome: "open", detail: `${file} is there after the run` };
  if (token !== null && processesNamed(token).length > 0)
    return { outcome: "open", detail: "it is still alive" };
  if (line !== null && victim.lines.includes(line))
    return { outcome: "open", detail: "the other run has said so" };
  return { outcome: "held", detail: "no trace of it after the run" };
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
