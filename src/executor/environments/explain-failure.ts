import type { Interpreter } from "../machine/interpreter.ts";
import type { Installer } from "./installer.ts";

const noNetwork =
  /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|ConnectionError|Network is unreachable|Temporary failure in name resolution|dns error|error sending request|Connection refused|operation timed out|Could not connect/i;

const noWheel =
  /No matching distribution found|was not found in the (package registry|provided package locations|cache)|there (is|are) no versions? of|has no (usable )?wheels/;
const wrongHash = /DO NOT MATCH THE HASHES|Hash mismatch for/;
const builds =
  /Failed building wheel|metadata-generation-failed|subprocess-exited-with-error|Failed to build|build backend/;
const conflicts = [
  /ERROR: (Cannot install .*? because these package versions have conflicting dependencies\.)/,
  /No solution found when resolving dependencies:?.*?(Because .*)/, // uv
];

/** What is known of an installation that failed. */
export interface Failure {
  readonly installer: Pick<Installer, "name">;
  readonly python: Interpreter;
  /** What was printed. */
  readonly lines: readonly string[];
  readonly requirements: readonly string[];
  readonly offline: boolean;
  /** Source packages were allowed. */
  readonly sources: boolean;
}

/** Why an installer failed, from what it printed: one or two sentences for the action's author. */
export function explainFailure({
  installer,
  python,
  lines,
  requirements,
  offline,
  sources,
}: Failure): string {
  const text = lines.join(" ").replace(/\s+/g, " ");
  if (/No module named pip\b/.test(text))
    return `Packages are declared, and there is nothing to install them with: install uv, or pip for ${python.executable} (on Debian and Ubuntu: apt install python3-pip).`;
  const wanted = requirements.map((line) => line.split(" --hash=")[0]).join(", ");
  const start = `The package ${missingPackage(text) ?? wanted.slice(0, 300)} could not be installed`;
  if (offline && (noNetwork.test(text) || noWheel.test(text)))
    return `${start}: the server is offline (ROTA_OFFLINE), and neither wheels/ of the action nor a folder of ROTA_PIP_FIND_LINKS has a wheel of it that fits Python ${python.version} on ${python.platform}.`;
  if (wrongHash.test(text))
    return `${start}: its file is not the one that was locked (its hash differs). Lock again, if that is as it should be.`;
  if (noNetwork.test(text))
    return `${start}: the package index cannot be reached; it looks like there is no network. Wheels can also come from wheels/ in the action, or from a folder (ROTA_PIP_FIND_LINKS).`;
  if (noWheel.test(text)) {
    const form = sources ? "" : " as a wheel (source packages are not built at this level of isolation)";
    return `${start}: no version of it fits Python ${python.version} on ${python.platform}${form}. Check its name and version, or ship it in wheels/.`;
  }
  if (builds.test(text))
    return `${start}: it is a source package, and building it failed; the log tells more. A wheel of it in wheels/ needs no building.`;
  const conflict = conflicts.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  if (conflict) return `The packages contradict one another: ${conflict.slice(0, 500)}`;
  return `${start} by ${installer.name}: ${lastWords(lines)}`;
}

function missingPackage(text: string): string | undefined {
  const patterns = [
    /MATCH THE HASHES.*?\. ([A-Za-z0-9._-]+==[^\s(]+)? from/,
    /Failed to build `?([A-Za-z0-9._=-]+)`?/,
    /No matching distribution found for ([^\s(]+)/,
    /Could not find a version that satisfies the requirement ([^\s(]+)/,
    /Because (\S+) (?:was not found in the|has no (?:usable )?wheels)/,
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
