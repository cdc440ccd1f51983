import type { Interpreter } from "../sandbox/interpreter.ts";
import type { Installer } from "./installer.ts";

const noNetwork =
  /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|ConnectionError|Network is unreachable|Temporary failure in name resolution|dns error|error sending request|Connection refused|operation timed out|Could not connect/i;

const noWheel =
  /No matching distribution found|was not found in the package registry|there (is|are) no versions? of|has no (usable )?wheels/;
const conflicts = [
  /ERROR: (Cannot install .*? because these package versions have conflicting dependencies\.)/,
  /No solution found when resolving dependencies:?.*?(Because .*)/, // uv
];

/** Why an installer failed, from what it printed: one or two sentences for the action's author. */
export function explainFailure(
  installer: Installer,
  python: Interpreter,
  lines: readonly string[],
  requirements: readonly string[],
): string {
  const text = lines.join(" ").replace(/\s+/g, " ");
  if (/No module named pip\b/.test(text))
    return `Packages are declared, and there is nothing to install them with: install uv, or pip for ${python.executable} (on Debian and Ubuntu: apt install python3-pip).`;
  const start = `The package ${missingPackage(text) ?? requirements.join(", ")} could not be installed`;
  if (noNetwork.test(text))
    return `${start}: the package index cannot be reached; it looks like there is no network. Wheels can also come from a folder (PIP_FIND_LINKS), or from dependencies/ in the action.`;
  if (noWheel.test(text))
    return `${start}: no version of it fits Python ${python.version} on ${python.platform} as a wheel (source packages are not built). Check its name and version, or ship it in dependencies/.`;
  const conflict = conflicts.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  if (conflict) return `The packages contradict one another: ${conflict.slice(0, 500)}`;
  return `${start} by ${installer.name}: ${lastWords(lines)}`;
}

function missingPackage(text: string): string | undefined {
  const patterns = [
    /No matching distribution found for ([^\s(]+)/,
    /Could not find a version that satisfies the requirement ([^\s(]+)/,
    /Because (\S+) (?:was not found in the package registry|has no (?:usable )?wheels)/,
    /\/simple\/([A-Za-z0-9._-]+)\//,
    /Failed to fetch: `[^`]*\/([A-Za-z0-9._-]+)\/`/,
  ];
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found) return found;
  }
  return undefined;
}

/** The last line that says something, without credentials of an index's URL, of bounded length. */
function lastWords(lines: readonly string[]): string {
  const errors = lines.filter((line) => /^\s*(ERROR|error|×)/.test(line));
  const last =
    (errors.length > 0 ? errors : lines).findLast((line) => line.trim() !== "") ?? "it said nothing";
  return last
    .trim()
    .replace(/^ERROR:\s*/, "")
    .replace(/\/\/[^/\s@]+@/g, "//")
    .slice(0, 300);
}
