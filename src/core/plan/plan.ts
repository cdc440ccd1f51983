import type { DeclaredAlert } from "../alert/declared-alert.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";

/** Whatever is planned and applied. Paired by kind and name; applied in the order that `order` draws. */
export type ItemKind = "service-account" | "provider" | "action";

export interface ItemRef {
  readonly kind: ItemKind;
  readonly name: string;
}

/** What git says an item should be. */
export interface DesiredItem extends ItemRef {
  /** sha256 hex: of the canonical fields and, for an action, of its code. Never of a secret's value. */
  readonly digest: string;
  /** Canonical form, fields equal to their default left out. Of an action: its effective action. */
  readonly fields: JsonObject;
  /** sha256 hex of the bundle's inputs; undefined where the kind has no code. */
  readonly code: string | undefined;
  /** The e-mail of the account whose rights an action's runs have. */
  readonly serviceAccount: string | undefined;
  /** The file that declares it, relative to the repository's root. */
  readonly file: string;
  readonly protect: boolean;
}

/** What a live server says an item is. `list` may leave `fields` out; `get` never does. */
export interface LiveItem extends ItemRef {
  /** The server's own id. */
  readonly id: string;
  /** undefined where the server does not keep one (a plain OpenObserve, a foreign upload). */
  readonly digest: string | undefined;
  /** Full code digest, or the first 24 characters that a zip name carries. */
  readonly code: string | undefined;
  readonly fields: JsonObject | undefined;
  /** The scope that owns it; undefined: foreign. */
  readonly managedBy: string | undefined;
  readonly protect: boolean;
  /** Changes whenever the item does; sent back as If-Match. */
  readonly etag: string | undefined;
}

/** What was last applied for one scope: moved by compare-and-swap on `generation`. */
export interface Applied {
  readonly generation: number;
  readonly scope: string;
  readonly commit: string | undefined;
  readonly planId: string;
  readonly actor: string;
  readonly at: Instant;
  readonly items: readonly AppliedItem[];
  /** What rota.yaml declares of alerts; absent: nothing. */
  readonly alerts?: readonly DeclaredAlert[] | undefined;
}
export interface AppliedItem extends ItemRef {
  readonly id: string;
  readonly digest: string;
}

export interface FieldChange {
  /** Path in the canonical fields: "schedule.cron". */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export type OperationKind = "create" | "update" | "replace" | "delete";

/** One write that apply would do. */
export interface Operation extends ItemRef {
  readonly operation: OperationKind;
  /** Why, where it is not plain: "drift", "adopt", "type scheduled -> realtime needs a new action". */
  readonly reason: string | undefined;
  /** Also set when live moved and git did not. */
  readonly drift: boolean;
  /** Live id; undefined for a create. */
  readonly id: string | undefined;
  /** Precondition: the ETag seen when planning; undefined for a create (nothing of that name may exist). */
  readonly etag: string | undefined;
  readonly before: { readonly digest: string | undefined; readonly code: string | undefined } | undefined;
  readonly after: { readonly digest: string; readonly code: string | undefined } | undefined;
  /** Changed fields, sorted by path; all of them for a create. */
  readonly fields: readonly FieldChange[];
  readonly codeChanged: boolean;
}

/** Something that stops the plan (conflict, foreign) or is only told (orphaned, protected). */
export interface Finding extends ItemRef {
  readonly finding: "adopt-needed" | "conflict" | "orphaned" | "protected";
  /** Apply refuses while there is one that stops; the others are only told. */
  readonly stops: boolean;
  readonly message: string;
}

export interface Rail {
  readonly rail: "deletes" | "updates" | "empty";
  readonly message: string;
  /** The exact flag that overrides it. */
  readonly override: string;
}

/** A rail or conflict that a flag let through; recorded, never configured. */
export interface Override {
  /** As typed: "--allow-deletes". */
  readonly flag: string;
  /** What it let through, with the numbers or the reason that was given. */
  readonly reason: string;
}

/** The plan as data; text, markdown and JSON render this one value. Holds no secret value. */
export interface Plan {
  readonly formatVersion: 1;
  /** sha256 of the canonical plan without times, hints and this field. */
  readonly planId: string;
  readonly engine: string;
  readonly server: string;
  readonly organization: string;
  readonly scope: string;
  readonly commit: string | undefined;
  /** Ledger generation that this plan was made against; 0 before the first apply. */
  readonly generation: number;
  readonly operations: readonly Operation[];
  readonly findings: readonly Finding[];
  /** How many operations of each kind. */
  readonly counts: Readonly<Record<OperationKind, number>>;
  /** How many items need nothing: over all kinds, and by kind. */
  readonly unchanged: number;
  readonly upToDate: Readonly<Record<ItemKind, number>>;
  readonly rails: readonly Rail[];
  readonly overrides: readonly Override[];
  readonly warnings: readonly string[];
  /** Sentences about what runs will lack; it may be settled between plan and apply, and the plan is still the same. */
  readonly hints: readonly string[];
}
