import { hasTemplate } from "../expression/template.ts";
import type { Action, RunbookAction, StepProgram } from "./action.ts";
import { defaults } from "./defaults.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { Project } from "./parse-project.ts";
import type { Problem } from "./problem.ts";
import type { Provider } from "./provider.ts";

/** What the rules between actions look at: an action known from an earlier plan need say no more. */
export type RuledAction = Pick<Action, "name" | "events" | "notify"> &
  ({ readonly type: "scheduled" | "realtime" } | Pick<RunbookAction, "type" | "steps">);

/** One action among the others of its repository. */
export interface Member {
  /** Path of its manifest. */
  readonly file: string;
  readonly action: RuledAction;
  /** Paths of its code, relative to its folder. */
  readonly paths: readonly string[];
}

/** A problem that only the whole repository shows; it stands in `file`. */
export interface RepositoryProblem extends Problem {
  readonly file: string;
}

/** What the rules see. */
export interface Repository {
  /** Actions without errors of their own. */
  readonly members: readonly Member[];
  /** Names of all actions, those with errors among them: they are there, whatever is wrong with them. */
  readonly names: ReadonlySet<string>;
  /** undefined: rota.yaml has errors, so nothing is known of what it declares. */
  readonly project: Project | undefined;
}
type RepositoryRule = (repository: Repository) => Iterable<RepositoryProblem>;

/** What must hold between the actions of a repository, its files and rota.yaml. */
export function repositoryProblems(repository: Repository): readonly RepositoryProblem[] {
  // Of 10,000 known actions nearly all are alone, and one pass tells which are not.
  const connected = { ...repository, members: repository.members.filter((member) => !isAlone(member)) };
  return [...namesAreUnique(repository), ...connectedRules.flatMap((rule) => [...rule(connected)])];
}

/** A Python action that has its entry point and names no other action: only its own name can be wrong. */
const isAlone = ({ action, paths }: Member): boolean =>
  action.type !== "runbook" &&
  action.events.length === 0 &&
  action.notify.length === 0 &&
  paths.includes("main.py");

function* namesAreUnique({ members }: Repository): Iterable<RepositoryProblem> {
  const seen = new Map<string, Member>();
  for (const member of members) {
    const key = member.action.name.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, member);
    else
      yield {
        code: "NAME_TWICE",
        file: member.file,
        path: ["name"],
        message: `the name "${member.action.name}" is that of ${first.file} already (case makes no difference)`,
        hint: "give one of them another name",
      };
  }
}

function* pythonFilesExist({ members }: Repository): Iterable<RepositoryProblem> {
  for (const { file, action, paths } of members) {
    if (action.type !== "runbook" && !paths.includes("main.py"))
      yield {
        code: "MAIN_MISSING",
        file,
        path: ["type"],
        message: "there is no main.py beside this file",
        hint:
          action.type === "realtime" ? "main.py with def main(data, logger):" : "main.py with def main():",
      };
    if (action.type !== "runbook") continue;
    for (const [index, { program }] of action.steps.entries())
      if (program.kind === "python" && !paths.includes(program.file))
        yield {
          code: "FILE_MISSING",
          file,
          path: ["steps", index, "python"],
          message: `there is no file "${program.file}" beside this one`,
          hint: didYouMean(program.file, paths),
        };
  }
}

/** What each kind of place can do, and what it is called. */
const places = {
  local: { programs: ["run", "python"], noun: "the sandbox" },
  host: { programs: ["run", "python"], noun: "this machine" },
  ssh: { programs: ["run"], noun: "another machine" },
  http: { programs: ["http"], noun: "an API" },
} as const satisfies Record<Provider["kind"] | "local", unknown>;

const whereItRuns: Readonly<Record<Exclude<StepProgram["kind"], "action">, string>> = {
  run: '"run" runs at local, or at a provider of kind host or ssh',
  python: '"python" runs at local, or at a provider of kind host',
  http: '"http" needs a provider of kind http, or none',
};

function* providersExist({ members, project }: Repository): Iterable<RepositoryProblem> {
  if (project === undefined) return;
  const { providers } = project;
  const known = ["local", ...Object.keys(providers)];
  for (const { file, action } of members) {
    if (action.type !== "runbook") continue;
    for (const [index, { provider, program }] of action.steps.entries()) {
      // Which one a template names is known when it runs.
      if (program.kind === "action" || hasTemplate(provider)) continue;
      const path = ["steps", index, "provider"];
      const declared = Object.hasOwn(providers, provider) ? providers[provider]?.kind : undefined;
      if (declared === undefined && program.kind === "http" && provider === defaults.httpProvider) continue;
      const kind = provider === "local" ? "local" : declared;
      if (kind === undefined)
        yield {
          code: "UNKNOWN_PROVIDER",
          file,
          path,
          message: `there is no provider "${provider}"`,
          hint: didYouMean(provider, known) ?? "declare it under providers in rota.yaml",
        };
      else if (!places[kind].programs.some((one) => one === program.kind))
        yield {
          code: "PROVIDER_MISMATCH",
          file,
          path,
          message: `a step with "${program.kind}" cannot run at "${provider}", which is ${places[kind].noun}`,
          hint: whereItRuns[program.kind],
        };
    }
  }
}

function* referencesExist({ members, names }: Repository): Iterable<RepositoryProblem> {
  const missing = (file: string, path: Problem["path"], name: string): RepositoryProblem[] =>
    names.has(name)
      ? []
      : [
          {
            code: "UNKNOWN_ACTION",
            file,
            path,
            message: `there is no action "${name}" in this repository`,
            hint: didYouMean(name, [...names]),
          },
        ];
  for (const { file, action } of members) {
    for (const [index, { run }] of action.events.entries())
      yield* missing(file, ["events", index, "run"], run);
    for (const [index, { target }] of action.notify.entries())
      if ("action" in target) yield* missing(file, ["notify", index, "action"], target.action);
    if (action.type !== "runbook") continue;
    for (const [index, { program }] of action.steps.entries())
      if (program.kind === "action") yield* missing(file, ["steps", index, "action"], program.action);
  }
}

/** That a run of one action starts a run of another: by a step, by its end, or to tell of its end. */
interface Start {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly path: Problem["path"];
}

function startsOf({ file, action }: Member): Start[] {
  const { name } = action;
  const ends = action.events.map(({ run }, index) => ({
    from: run,
    to: name,
    file,
    path: ["events", index, "run"],
  }));
  const tells = action.notify.flatMap(({ target }, index) =>
    "action" in target ? [{ from: name, to: target.action, file, path: ["notify", index, "action"] }] : [],
  );
  if (action.type !== "runbook") return [...ends, ...tells];
  const steps = action.steps.flatMap(({ program }, index) =>
    program.kind === "action"
      ? [{ from: name, to: program.action, file, path: ["steps", index, "action"] }]
      : [],
  );
  return [...ends, ...tells, ...steps];
}

function* startsMakeNoCircle({ members }: Repository): Iterable<RepositoryProblem> {
  const starts = members.flatMap(startsOf);
  const next = Map.groupBy(starts, ({ from }) => from);
  for (const { from, to, file, path } of starts)
    if (reaches(to, from, (name) => (next.get(name) ?? []).map((start) => start.to)))
      yield {
        code: "ACTION_CIRCLE",
        file,
        path,
        message:
          from === to
            ? `"${from}" would start itself without end`
            : `"${to}" leads back to "${from}": they would start each other without end`,
      };
}

function reaches(from: string, to: string, next: (name: string) => readonly string[]): boolean {
  const waiting = [from];
  const seen = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    waiting.push(...next(name));
  }
  return false;
}

const connectedRules: readonly RepositoryRule[] = [
  pythonFilesExist,
  providersExist,
  referencesExist,
  startsMakeNoCircle,
];
