import { normalize } from "../../core/action/normalize.ts";
import type { Member } from "../../core/action/repository-rules.ts";
import type { WrittenAction } from "../../core/action/written/written.generated.ts";
import type { JsonObject } from "../../core/json.ts";
import { FolderCache } from "../repository/folder-cache.ts";
import type { ActionFolder } from "../repository/load-folders.ts";
import type { LoadedAction } from "./loaded-action.ts";

/**
 * What is remembered of a valid action's folder. What every plan needs comes first and has a fixed form,
 * so that it can be read without the rest; `alone` is the type of a Python action that names no other one.
 */
type Remembered = readonly [
  digest: string,
  code: string,
  name: string,
  protect: 0 | 1,
  alone: "scheduled" | "realtime" | "",
  serviceAccount: string,
  paths: readonly string[],
  fields: JsonObject,
];

/** The beginning of a Remembered as JSON. A name has no character that JSON escapes. */
const head =
  /^\["([0-9a-f]{64})","([0-9a-f]{64})","([A-Za-z0-9_.-]+)",([01]),"([a-z]*)","((?:[^"\\]|\\.)*)",/;

/** A valid action that was read by an earlier plan. */
export interface RecalledAction extends Member {
  readonly loaded: LoadedAction;
}

/**
 * Valid actions by the id of their folder's tree: what did not change is neither read nor digested again.
 * Of what is remembered only the beginning is parsed, and the definition when somebody looks at it: for
 * 10,000 actions the whole took 25 MB and, with its collection, 120 ms.
 */
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
    const text = folder.treeId === undefined ? undefined : this.#cache.text(folder.treeId);
    const [, digest, code, name, protect, alone, account] =
      (text === undefined ? undefined : head.exec(text)) ?? [];
    if (text === undefined || digest === undefined || code === undefined || name === undefined)
      return undefined;
    const whole = () => JSON.parse(text) as Remembered;
    const loaded = {
      folder,
      name,
      protect: protect === "1",
      code,
      digest,
      serviceAccount: account === undefined || account === "" ? undefined : unescaped(account),
      fields: () => whole()[7],
    };
    const file = `${folder.folder}/action.yaml`;
    if (alone === "scheduled" || alone === "realtime")
      return { file, action: { name, type: alone, events: none, notify: none }, paths: entryPoint, loaded };
    const [, , , , , , paths, fields] = whole();
    // A canonical action is a valid written one.
    return { file, action: normalize(fields as unknown as WrittenAction, folder.name), paths, loaded };
  }

  remember(
    { folder, name, protect, code, digest, serviceAccount = "", fields }: LoadedAction,
    paths: readonly string[],
  ): void {
    if (folder.treeId === undefined) return;
    const canonical = fields();
    this.#cache.set(folder.treeId, [
      digest,
      code,
      name,
      protect ? 1 : 0,
      aloneAs(canonical),
      serviceAccount,
      paths,
      canonical,
    ]);
  }

  save(): Promise<boolean> {
    return this.#cache.save();
  }
}

function aloneAs({ type, events, notify }: JsonObject): Remembered[4] {
  const namesAnother = events !== undefined || notify !== undefined;
  return !namesAnother && (type === "scheduled" || type === "realtime") ? type : "";
}

const unescaped = (text: string): string =>
  text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;

const none: readonly never[] = [];
/** A valid Python action has it. */
const entryPoint = ["main.py"] as const;
