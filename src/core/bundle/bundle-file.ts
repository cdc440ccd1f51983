/** One file of an action's code, as zipped, unzipped and digested. Folders exist only through their files. */
export interface BundleFile {
  /** Relative to the action's folder, with "/"; legal by `entryNameProblems`. */
  readonly path: string;
  /** All that is kept of a file's permissions: whether its owner may execute it. */
  readonly mode: BundleMode;
  readonly bytes: Uint8Array;
}
export type BundleMode = "file" | "executable";

/** The permissions that a mode has in a zip and on disk, whatever the umask. */
export const permissions = { file: 0o644, executable: 0o755 } as const satisfies Record<BundleMode, number>;

/** The manifest: never part of the bundle, of its digest or of the unpacked folder. */
export const manifestName = "action.yaml";
