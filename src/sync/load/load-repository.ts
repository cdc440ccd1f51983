import { type Environment, type Project, parseProject } from "../../core/action/parse-project.ts";
import { sha256 } from "../../core/json.ts";
import type { Desired } from "../desired.ts";
import { exitCodes } from "../exit-codes.ts";
import { InvalidRepository, Refusal } from "../refusal.ts";
import { DirtyError } from "../repository/changes.ts";
import { openRepository, type Repository } from "../repository/open-repository.ts";
import { RepositoryError } from "../repository/repository-error.ts";
import type { SourceTree } from "../source-tree.ts";
import { findPython } from "../validate/find-python.ts";
import { type Validated, validateRepository } from "../validate/validate-repository.ts";
import { accountItems } from "./account-items.ts";
import { ActionCache, type RecalledAction } from "./action-cache.ts";
import { actionSource, noSource } from "./action-source.ts";
import { declaredAlerts } from "./declared-alerts.ts";
import { engineFingerprint } from "./engine-fingerprint.ts";
import { actionItem, digested, type LoadedAction } from "./loaded-action.ts";
import { prefetched } from "./prefetched.ts";
import { providerItems } from "./provider-items.ts";

export interface LoadOptions {
  /** Of rota.yaml; undefined: none, and no overlay. */
  readonly environment: string | undefined;
  /** Read the files as they are, not as committed. */
  readonly worktree: boolean;
}

/**
 * Reads what a repository says should be live: at HEAD, or the files as they are with `worktree` and in a
 * folder that is no git repository. Whole or not at all: a part of it would plan deletes.
 *
 * @throws Refusal when the repository cannot be read as asked, or is dirty (exit 2)
 * @throws InvalidRepository with all problems of all files (exit 3)
 */
export async function loadRepository(folder: string, options: LoadOptions): Promise<Desired> {
  const repository = await openRepository(folder).catch(refuse);
  try {
    return await load(repository, options);
  } catch (error) {
    await repository.close();
    return refuse(error);
  }
}

async function load(repository: Repository, options: LoadOptions): Promise<Desired> {
  const atHead = repository.origin === "git" && !options.worktree;
  // Git's look at the work tree is the slowest part: everything else happens beside it.
  const looking = atHead && options.environment === undefined ? repository.changes([]) : undefined;
  looking?.catch(() => {}); // told below, unless something else ended this before
  const tree = atHead ? prefetched(await repository.at()) : repository.workTree();
  const overlay = await readOverlay(tree, options.environment);
  const [looked, read] = await Promise.allSettled([
    looking ?? (atHead ? repository.changes(overlay === undefined ? [] : [overlay.path]) : []),
    readDesired(repository, tree, options.environment, overlay?.bytes),
  ]);
  if (looked.status === "rejected") throw looked.reason;
  if (looked.value.length > 0) throw new DirtyError(looked.value);
  if (read.status === "rejected") throw read.reason;
  return read.value;
}

async function readDesired(
  repository: Repository,
  tree: SourceTree,
  environment: string | undefined,
  overlay: Uint8Array | undefined,
): Promise<Desired> {
  const cache = await ActionCache.open(repository.cacheFolder, cacheKey(overlay));
  const validated = await validateRepository(tree, {
    environment,
    env: process.env,
    recall: (folder) => cache.recall(folder),
  });
  const { project, issues } = validated;
  if (issues.some(({ severity }) => severity === "error")) throw new InvalidRepository(issues);
  const place = placeOf(project, environment);
  const actions = loaded(validated, cache);
  await cache.save();
  const byName = new Map(actions.map((action) => [action.name, action]));
  return {
    items: [...accountItems(project), ...providerItems(project), ...actions.map(actionItem)],
    alerts: declaredAlerts(project),
    source: ({ kind, name }) => sourceOf(tree, kind === "action" ? byName.get(name) : undefined),
    scope: project.scope ?? repository.scope,
    scopeWritten: project.scope !== undefined,
    prune: place?.prune ?? false,
    commit: tree.commit,
    origin: tree.origin,
    warnings: warnings(tree),
    close: () => repository.close(),
  };
}

/** Digests what was read now, and remembers it where its entry point was really looked into. */
function loaded({ members, issues }: Validated<RecalledAction>, cache: ActionCache): readonly LoadedAction[] {
  const python = findPython(process.env);
  const checked = python === undefined || !issues.some(({ code }) => code === "PYTHON_UNCHECKED");
  return members.map((member) => {
    if ("loaded" in member) return member.loaded;
    const { folder, action, files } = member;
    if (action === undefined) throw new InvalidRepository(issues);
    const fresh = digested(folder, action, files);
    if (checked)
      cache.remember(
        fresh,
        files.map(({ path }) => path),
      );
    return fresh;
  });
}

function placeOf(project: Project, environment: string | undefined): Environment | undefined {
  if (environment === undefined) return undefined;
  const place = Object.hasOwn(project.environments, environment)
    ? project.environments[environment]
    : undefined;
  if (place !== undefined) return place;
  const declared = Object.keys(project.environments).join(", ");
  throw new Refusal(
    "UNKNOWN_ENVIRONMENT",
    exitCodes.usage,
    `rota.yaml declares no environment ${JSON.stringify(environment)}`,
    declared === "" ? "It declares none." : `It declares: ${declared}`,
  );
}

const sourceOf = (tree: SourceTree, loaded: LoadedAction | undefined) =>
  loaded === undefined ? noSource : actionSource(tree, loaded);

/** The overlay of an environment as it lies in the tree; its bytes decide what every action comes to. */
async function readOverlay(
  tree: SourceTree,
  environment: string | undefined,
): Promise<{ readonly path: string; readonly bytes: Uint8Array } | undefined> {
  if (environment === undefined) return undefined;
  const [file] = await tree.list("rota.yaml");
  const project = file && parseProject(await tree.read("rota.yaml"), "rota.yaml").project;
  const path = project?.environments[environment]?.overlay;
  if (path === undefined) return undefined;
  const [found] = await tree.list(path);
  return { path, bytes: found === undefined ? new Uint8Array() : await tree.read(path) };
}

/** Where there is no Python, entry points stay unchecked; another machine must not take that for a yes. */
const cacheKey = (overlay: Uint8Array | undefined): string =>
  [
    engineFingerprint(),
    sha256(overlay ?? ""),
    findPython(process.env) === undefined ? "unchecked" : "checked",
  ].join(" ");

function warnings({ origin }: SourceTree): readonly string[] {
  if (origin === "folder") return ["this folder is no git repository: its files are read as they are"];
  if (origin === "worktree") return ["the files are read as they are, not as they are committed"];
  return [];
}

function refuse(error: unknown): never {
  if (error instanceof RepositoryError)
    throw new Refusal(error.code, exitCodes.usage, error.message, undefined, { cause: error });
  throw error;
}
