/**
 * What every git child of ours is started with. Nothing that a repository's own configuration names is
 * started: no hook, no fsmonitor, no credential helper, no prompt, no external diff. Filters have names of
 * their own: see `withoutFilters`.
 */
export const gitConfig: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.askPass=",
  "credential.helper=",
  "diff.external=",
  "submodule.recurse=false",
  "protocol.ext.allow=never",
];

/** A setting of git's and its value. */
export type Setting = readonly [key: string, value: string];

/** What is passed on of our own environment: where tools and settings are, and who the user is. */
const passed = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "SystemRoot",
  "TMPDIR",
  "TEMP",
  "TMP",
  "XDG_CONFIG_HOME",
  "SUDO_UID",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
];

/**
 * A git child's whole environment. Variables such as GIT_DIR or GIT_INDEX_FILE, which a hook that
 * starts us would leave behind, are dropped: the folder that was asked for is the one that is read.
 * `settings` win over what any file says.
 */
export function gitEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[] = [],
): Record<string, string> {
  // Nothing is fetched: in a partial clone a missing blob would start the program that its remote names.
  // git asks this variable before any setting, and a repository has settings for each protocol.
  const environment: Record<string, string> = {
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "none",
  };
  for (const name of passed) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...asVariables([...trustedFolders(own), ...settings]) };
}

/**
 * The settings that keep filters from being started: `git status` hands them the content of files whose
 * times changed. One without a program changes nothing of a file. `names`: every filter that is configured.
 */
export const withoutFilters = (names: Iterable<string>): readonly Setting[] =>
  [...names].flatMap((name): Setting[] => [
    [`filter.${name}.process`, ""],
    [`filter.${name}.clean`, ""],
    [`filter.${name}.required`, "false"],
  ]);

/** Of the settings that git takes from its environment, those that say which folders to trust: containers set them so. */
function trustedFolders(own: Readonly<Record<string, string | undefined>>): readonly Setting[] {
  const count = Math.min(Number(own.GIT_CONFIG_COUNT ?? 0), 100);
  const folders: Setting[] = [];
  for (let index = 0; index < count; index++)
    if (own[`GIT_CONFIG_KEY_${index}`]?.toLowerCase() === "safe.directory")
      folders.push(["safe.directory", own[`GIT_CONFIG_VALUE_${index}`] ?? ""]);
  return folders;
}

/** Settings as variables, which hold any name: an option of git's ends its name at the first "=". */
function asVariables(settings: readonly Setting[]): Record<string, string> {
  if (settings.length === 0) return {};
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}
