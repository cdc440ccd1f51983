import type { Action } from "../../core/action/action.ts";
import { canonicalAction } from "../../core/action/canonical.ts";
import { type BundleFile, manifestName } from "../../core/bundle/bundle-file.ts";
import { actionDigest, codeDigest } from "../../core/bundle/digest.ts";
import type { JsonObject } from "../../core/json.ts";
import type { DesiredItem } from "../../core/plan/plan.ts";
import type { ActionFolder } from "../repository/load-folders.ts";

/** A valid action with its digests. */
export interface LoadedAction {
  readonly folder: ActionFolder;
  readonly name: string;
  readonly protect: boolean;
  readonly code: string;
  readonly digest: string;
  readonly serviceAccount: string | undefined;
  /** Canonical; made when asked for, because of 10,000 actions a plan looks at the few that differ. */
  fields(): JsonObject;
}

/** Digests an action that was read. */
export function digested(folder: ActionFolder, action: Action, files: readonly BundleFile[]): LoadedAction {
  const fields = canonicalAction(action);
  const code = codeDigest(files);
  const { name, protect, serviceAccount } = action;
  const digest = actionDigest(fields, code);
  return { folder, name, protect, code, digest, serviceAccount, fields: () => fields };
}

export const actionItem = (loaded: LoadedAction): DesiredItem => ({
  kind: "action",
  name: loaded.name,
  digest: loaded.digest,
  get fields() {
    return loaded.fields();
  },
  code: loaded.code,
  serviceAccount: loaded.serviceAccount,
  file: `${loaded.folder.folder}/${manifestName}`,
  protect: loaded.protect,
});
