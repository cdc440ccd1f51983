import { normalize } from "../../core/action/normalize.ts";
import type { Member, RuledAction } from "../../core/action/repository-rules.ts";
import type { WrittenAction } from "../../core/action/written/written.generated.ts";
import type { JsonObject } from "../../core/json.ts";
import { FolderCache } from "../repository/folder-cache.ts";
import type { ActionFolder } from "../repository/load-folders.ts";
import type { LoadedAction } from "./loaded-action.ts";

/** What is remembered of a valid action's folder. */
interface Remembered extends JsonObject {
  readonly fields: JsonObject;
  readonly code: string;
  readonly digest: string;
  readonly paths: readonly string[];
}

/** A valid action that was read by an earlier plan. */
export interface RecalledAction extends Member, LoadedAction {}

/** Valid actions by the id of their folder's tree: what did not change is neither read nor digested again. */
export class ActionCache {
  readonly #cache: FolderCache<Remembered>;

  private constructor(cache: FolderCache<Remembered>) {
    this.#cache = cache;
  }

  /** `key`: everything but the folder that decides what an action is (engine, overlay, Python). */
  static async open(folder: string | undefined, key: string): Promise<ActionCache> {
    return new ActionCache(await FolderCache.open<Remembered>(folder, key));
  }

  recall(folder: ActionFolder): RecalledAction | undefined {
    const known = folder.treeId === undefined ? undefined : this.#cache.get(folder.treeId);
    if (known === undefined) return undefined;
    const { fields, code, digest, paths } = known;
    return {
      folder,
      file: `${folder.folder}/action.yaml`,
      action: ruled(fields, folder.name),
      paths,
      fields,
      code,
      digest,
    };
  }

  remember({ folder, fields, code, digest }: LoadedAction, paths: readonly string[]): void {
    if (folder.treeId !== undefined) this.#cache.set(folder.treeId, { fields, code, digest, paths });
  }

  save(): Promise<boolean> {
    return this.#cache.save();
  }
}

/**
 * What the rules between actions look at. Most actions neither run nor tell another one; to normalize all
 * 10,000 of them took 10 MB and, with their collection, 60 ms.
 */
function ruled(fields: JsonObject, folder: string): RuledAction {
  const { name, type, events, notify } = fields;
  const alone = events === undefined && notify === undefined;
  if (alone && (type === "scheduled" || type === "realtime"))
    return { name: String(name), type, events: none, notify: none };
  // A canonical action is a valid written one.
  return normalize(fields as unknown as WrittenAction, folder);
}

const none: readonly never[] = [];
