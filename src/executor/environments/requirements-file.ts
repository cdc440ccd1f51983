import { EnvironmentFailed } from "./environment-failed.ts";
import { readRequirement } from "./requirement.ts";

/** Requirements as a file lists them. */
export interface Listed {
  /** Sorted, each once; followed by their `--hash=` options where `hashed`. */
  readonly requirements: readonly string[];
  /** Each has at least one hash: what is installed is exactly what was locked. */
  readonly hashed: boolean;
}

const hash = /^--hash[= ](sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/**
 * Reads the text of a requirements.txt: names, versions, markers and hashes, as `pip-compile --generate-hashes` and
 * `uv export` write them. Options that would change where packages come from, other files and URLs are refused.
 * @throws EnvironmentFailed with the line
 */
export function readRequirementsFile(text: string, name = "requirements.txt"): Listed {
  const all = new Map<string, readonly string[]>();
  for (const { line, number } of logicalLines(text)) {
    const where = `${name}:${number}`;
    if (line.startsWith("-"))
      throw new EnvironmentFailed(
        `${where}: ${JSON.stringify(line.slice(0, 60))} is an option or another file; only names, versions and hashes are read. Indexes are set on the server (ROTA_PIP_INDEX_URL).`,
      );
    const [wanted = "", ...options] = line.split(/\s+(?=--)/);
    const hashes = options.map((option) => {
      const found = hash.exec(option.trim());
      if (!found) throw new EnvironmentFailed(`${where}: ${JSON.stringify(option.slice(0, 60))} is no hash.`);
      return `--hash=${found[1]}`;
    });
    all.set(readRequirement(wanted, where), hashes.sort());
  }
  const bare = [...all].filter(([, hashes]) => hashes.length === 0).map(([wanted]) => wanted);
  if (bare.length > 0 && bare.length < all.size)
    throw new EnvironmentFailed(
      `${name}: ${bare[0]} has no hash and others have; lock all of them (pip-compile --generate-hashes, or uv export).`,
    );
  const requirements = [...all].map(([wanted, hashes]) => [wanted, ...hashes].join(" ")).sort();
  return { requirements, hashed: all.size > 0 && bare.length === 0 };
}

/** Lines without comments, put together where they end in a backslash; numbered by their first. */
function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  let open: { line: string; number: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "");
    open = { line: `${open?.line ?? ""} ${line.replace(/\\$/, "")}`, number: open?.number ?? index + 1 };
    if (line.endsWith("\\")) continue;
    if (open.line.trim() !== "") yield { ...open, line: open.line.trim() };
    open = undefined;
  }
  if (open !== undefined && open.line.trim() !== "") yield { ...open, line: open.line.trim() };
}
