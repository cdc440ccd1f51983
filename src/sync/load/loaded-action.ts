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
  /** Canonical. */
  readonly fields: JsonObject;
  readonly code: string;
  readonly digest: string;
}

/** Digests an action that was read. */
export function digested(folder: ActionFolder, action: Action, files: readonly BundleFile[]): LoadedAction {
  const fields = canonicalAction(action);
  const code = codeDigest(files);
  return { folder, fields, code, digest: actionDigest(fields, code) };
}

export const actionItem = ({ folder, fields, code, digest }: LoadedAction): DesiredItem => ({
  kind: "action",
  name: String(fields.name),
  digest,
  fields,
  code,
  file: `${folder.folder}/${manifestName}`,
  protect: fields.protect === true,
});
