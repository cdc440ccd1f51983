import { EnvironmentFailed } from "./environment-failed.ts";
import { isTable, parseToml } from "./read-toml.ts";
import { readRequirement } from "./requirement.ts";
import type { Listed } from "./requirements-file.ts";

/**
 * Reads a pylock.toml (PEP 751) as pinned requirements with hashes, which every installer understands: files come
 * from the server's index, and the hashes say that they are those that were locked.
 * @throws EnvironmentFailed
 */
export function readPylock(text: string): Listed & { requiresPython: string | undefined } {
  const lock = parseToml(text, "pylock.toml");
  if (typeof lock["lock-version"] !== "string" || !lock["lock-version"].startsWith("1."))
    throw new EnvironmentFailed(
      'pylock.toml: its lock-version is not one that is known here; it must be "1.0".',
    );
  const packages = Array.isArray(lock.packages) ? lock.packages.filter(isTable) : [];
  const requiresPython = typeof lock["requires-python"] === "string" ? lock["requires-python"] : undefined;
  return { requirements: packages.map(pinned).sort(), hashed: packages.length > 0, requiresPython };
}

function pinned(locked: Record<string, unknown>): string {
  const { name, version, marker } = locked;
  const shown = JSON.stringify(String(name).slice(0, 100));
  for (const kind of ["vcs", "directory", "archive"])
    if (kind in locked)
      throw new EnvironmentFailed(
        `pylock.toml: ${shown} comes from a URL or folder (${kind}); ship it as a wheel in the folder wheels/.`,
      );
  if (typeof name !== "string" || typeof version !== "string")
    throw new EnvironmentFailed(`pylock.toml: ${shown} has no version.`);
  if (marker !== undefined && (typeof marker !== "string" || /\b(extras|dependency_groups)\b/.test(marker)))
    throw new EnvironmentFailed(
      `pylock.toml: ${shown} is locked for extras or dependency groups; lock the action's own dependencies alone.`,
    );
  const files = [locked.sdist, ...(Array.isArray(locked.wheels) ? locked.wheels : [])].filter(isTable);
  const hashes = files.flatMap(({ hashes }) =>
    isTable(hashes) && typeof hashes.sha256 === "string" && /^[0-9a-f]{64}$/.test(hashes.sha256)
      ? [`--hash=sha256:${hashes.sha256}`]
      : [],
  );
  if (hashes.length === 0) throw new EnvironmentFailed(`pylock.toml: ${shown} has no sha256 of a file.`);
  const wanted = `${name}==${version}${marker === undefined ? "" : ` ; ${marker}`}`;
  return [readRequirement(wanted, "pylock.toml"), ...[...new Set(hashes)].sort()].join(" ");
}
