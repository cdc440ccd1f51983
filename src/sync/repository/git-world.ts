/**
 * What every git child of ours is started with. Nothing that a repository's own configuration names is
 * started: no hook, no fsmonitor, no LFS filter, no credential helper, no prompt, no external diff.
 */
export const gitConfig: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.askPass=",
  "credential.helper=",
  "diff.external=",
  "filter.lfs.process=",
  "filter.lfs.clean=",
  "filter.lfs.smudge=",
  "filter.lfs.required=false",
  "submodule.recurse=false",
  "protocol.ext.allow=never",
];

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
 */
export function gitEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
  for (const name of passed) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...trustedFolders(own) };
}

/** Of the settings that git takes from its environment, those that say which folders to trust: containers set them so. */
function trustedFolders(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const count = Math.min(Number(own.GIT_CONFIG_COUNT ?? 0), 100);
  const folders: string[] = [];
  for (let index = 0; index < count; index++)
    if (own[`GIT_CONFIG_KEY_${index}`]?.toLowerCase() === "safe.directory")
      folders.push(own[`GIT_CONFIG_VALUE_${index}`] ?? "");
  if (folders.length === 0) return {};
  const pairs = folders.flatMap((folder, index) => [
    [`GIT_CONFIG_KEY_${index}`, "safe.directory"],
    [`GIT_CONFIG_VALUE_${index}`, folder],
  ]);
  return { GIT_CONFIG_COUNT: String(folders.length), ...Object.fromEntries(pairs) };
}
