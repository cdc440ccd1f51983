import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BundledWheels, readWheels, whatIsShipped } from "./bundled-wheels.ts";
import { type Declaration, readDeclaration } from "./declaration.ts";
import { EnvironmentFailed } from "./environment-failed.ts";
import { readPylock } from "./pylock.ts";
import { readText } from "./read-toml.ts";
import { packageName } from "./requirement.ts";
import { type Listed, readRequirementsFile } from "./requirements-file.ts";

/** What a bundle's Python needs besides the standard library. */
export interface Needs {
  /** Specifiers as in ">=3.9", all of which must hold. */
  readonly requiresPython: readonly string[];
  /** undefined: nothing is to be installed. */
  readonly packages: Packages | undefined;
}

export interface Packages extends Listed {
  /** Texts of pyproject.toml and uv.lock, which uv makes the list of when it is built; undefined: it is there. */
  readonly uvLock: { readonly project: string; readonly lock: string } | undefined;
  readonly wheels: BundledWheels | undefined;
}

/** Locks that only their own tool can read. */
const foreignLocks: Readonly<Record<string, string>> = {
  "poetry.lock": "poetry export -f requirements.txt -o requirements.txt",
  "pdm.lock": "pdm export -f requirements -o requirements.txt",
  "Pipfile.lock": "pipenv requirements --hash > requirements.txt",
};

/**
 * Reads what the bundle declares and locks. Of several lists the strictest is meant: pylock.toml, requirements.txt
 * with hashes, uv.lock, requirements.txt, `dependencies` of pyproject.toml, and the wheels themselves at last.
 * A folder dependencies/ of packages wins over all: it is used as it is, as on OpenObserve.
 * @throws EnvironmentFailed a sentence for the action's author
 */
export async function readNeeds(bundle: string): Promise<Needs> {
  const declared = await readDeclaration(bundle);
  const own = declared.requiresPython === undefined ? [] : [declared.requiresPython];
  const shipped = await whatIsShipped(bundle);
  if (shipped === "packages") return { requiresPython: own, packages: undefined };
  const wheels = await readWheels(join(bundle, shipped === "wheels" ? "dependencies" : "wheels"));
  const { requiresPython, ...listed } = await readLists(bundle, declared);
  if (listed.requirements.length === 0 && listed.uvLock === undefined && wheels === undefined)
    return { requiresPython: own, packages: undefined };
  const requirements =
    listed.requirements.length === 0 && listed.uvLock === undefined
      ? (wheels?.requirements ?? [])
      : listed.requirements;
  const all = requiresPython === undefined ? own : [...own, requiresPython];
  return { requiresPython: all, packages: { ...listed, requirements, wheels } };
}

type Lists = Omit<Packages, "wheels"> & { readonly requiresPython?: string | undefined };

async function readLists(bundle: string, declared: Declaration): Promise<Lists> {
  const read = (name: string) => readText(join(bundle, name));
  const pylock = await read("pylock.toml");
  if (pylock !== undefined)
    return { ...checked(readPylock(pylock), declared, "pylock.toml"), uvLock: undefined };
  const file = await read("requirements.txt");
  const listed = file === undefined ? undefined : readRequirementsFile(file);
  if (listed?.hashed) return { ...checked(listed, declared, "requirements.txt"), uvLock: undefined };
  const [project, lock] = [await read("pyproject.toml"), await read("uv.lock")];
  if (lock !== undefined && project !== undefined && declared.requirements.length > 0)
    return { requirements: [], hashed: true, uvLock: { project, lock } };
  if (listed !== undefined && listed.requirements.length > 0)
    return { ...checked(listed, declared, "requirements.txt"), uvLock: undefined };
  if (declared.requirements.length > 0) await refuseForeignLocks(bundle);
  return { requirements: declared.requirements, hashed: false, uvLock: undefined };
}

/** A lock that lacks what is declared was made before it was. */
function checked<L extends Listed>(listed: L, { requirements }: Declaration, name: string): L {
  const there = new Set(listed.requirements.map(packageName));
  const missing = requirements.find((wanted) => !there.has(packageName(wanted)));
  if (missing === undefined) return listed;
  throw new EnvironmentFailed(
    `pyproject.toml declares ${missing}, which is not in ${name}; make that file anew, or delete it.`,
  );
}

/** Installing other versions than those that were locked would be worse than to say so. */
async function refuseForeignLocks(bundle: string): Promise<void> {
  const found = (await readdir(bundle)).find((name) => Object.hasOwn(foreignLocks, name));
  if (found === undefined) return;
  throw new EnvironmentFailed(
    `${found} is a lock file that is not read here; write its content as requirements.txt: ${foreignLocks[found]}`,
  );
}
