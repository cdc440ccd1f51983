import type { Action } from "../../core/action/action.ts";
import type { BundleFile } from "../../core/bundle/bundle-file.ts";
import type { JsonObject } from "../../core/json.ts";
import type { BlobStore, Builds, BundleFolders, Environments, RegistryStore } from "../ports.ts";

/** What the registry works with. */
export interface RegistryParts {
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
  readonly bundles: BundleFolders;
  readonly environments: Environments;
  readonly builds: Builds;
  /** The one written form of an action, which its digest is made of. */
  readonly canonical: (action: Action) => JsonObject;
  /** Reads an `action.yaml`; problems are whole lines for the user. */
  readonly readManifest: (
    bytes: Uint8Array,
    name: string,
  ) => { readonly action: Action } | { readonly problems: readonly string[] };
  /** Sentences about Python files that cannot be what their action needs; absent: nobody looks. */
  readonly checkPython?: (action: Action, files: readonly BundleFile[]) => Promise<readonly string[]>;
}

/** Which fields a form carried; those that it left out cannot disagree with anything. */
export type FormField = "name" | "type" | "description" | "schedule" | "serviceAccount" | "env";

/** An action that is to become live, as a request carries it. */
export interface Upload {
  /** As it is meant: from the field `action`, or what the form's fields say with defaults for the rest. */
  readonly action: Action;
  /** Fields of the form that say something; undefined: the action came whole, in the field `action`. */
  readonly form: readonly FormField[] | undefined;
  /** undefined: the code stays as it is. */
  readonly zip: { readonly bytes: Uint8Array; readonly fileName: string } | undefined;
  /** Raw text of the `action.yaml` that the sender read. */
  readonly manifest: string | undefined;
  readonly managedBy: string | undefined;
  /** Asked about an action that came inside the archive, before anything is kept; rejects where it may not become live. */
  readonly check?: (action: Action) => Promise<void>;
  /** What the sender says that the files' digest is; undefined: he does not say. */
  readonly codeDigest: string | undefined;
}
