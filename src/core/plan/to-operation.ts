import type { JsonObject } from "../json.ts";
import type { Classified } from "./classify.ts";
import { diffFields } from "./diff-fields.ts";
import { hideValues } from "./hide-values.ts";
import type { DesiredItem, FieldChange, LiveItem, Operation } from "./plan.ts";

type Of<Change extends Classified["change"]> = Extract<Classified, { change: Change }>;

/** The write that a classified item comes to; undefined for what is not written. */
export function toOperation(classified: Classified, scope: string): Operation | undefined {
  switch (classified.change) {
    case "create":
      return create(classified);
    case "update":
    case "replace":
      return change(classified, scope);
    case "finish-replace":
      return finishReplace(classified);
    case "delete":
      return remove(classified);
    default:
      return undefined;
  }
}

/** Whether creating an item starts a run at once (`schedule: {once: true}`). */
function runsWhenCreated(fields: JsonObject): boolean {
  const schedule = fields.schedule;
  return typeof schedule === "object" && schedule !== null && "once" in schedule && schedule.once === true;
}

const runs = (fields: JsonObject): string | undefined =>
  runsWhenCreated(fields) ? "runs as soon as it is created" : undefined;

function create({ desired, vanished }: Of<"create">): Operation {
  return {
    kind: desired.kind,
    name: desired.name,
    operation: "create",
    reason: reasons(vanished && "drift: it was removed on the server", runs(desired.fields)),
    drift: vanished,
    id: undefined,
    etag: undefined,
    before: undefined,
    after: side(desired),
    fields: diffFields(undefined, desired.fields),
    codeChanged: desired.code !== undefined,
  };
}

function change(classified: Of<"update" | "replace">, scope: string): Operation {
  const { desired, live, difference, adopted, conflict, drift } = classified;
  const owner: readonly FieldChange[] = adopted
    ? [{ path: "managedBy", before: live.managedBy, after: scope }]
    : [];
  const fields = hideValues(difference?.fields ?? [], adopted || drift || conflict);
  return {
    kind: desired.kind,
    name: desired.name,
    operation: classified.change,
    reason: reasons(
      difference?.replace,
      adopted && "adopt",
      drift && "drift: it was changed on the server",
      conflict && "conflict: git overrules the server's change",
      classified.change === "replace" && runs(desired.fields),
    ),
    drift,
    id: live.id,
    etag: live.etag,
    before: side(live),
    after: side(desired),
    fields: [...fields, ...owner].sort((left, right) => (left.path < right.path ? -1 : 1)),
    codeChanged: difference?.codeChanged ?? false,
  };
}

function finishReplace({ desired, leftover }: Of<"finish-replace">): Operation {
  return {
    ...create({ kind: desired.kind, name: desired.name, change: "create", desired, vanished: false }),
    operation: "replace",
    reason: "finishes a replace that was interrupted",
    id: leftover.id,
    etag: leftover.etag,
  };
}

function remove({ live, conflict, leftover }: Of<"delete">): Operation {
  return {
    kind: live.kind,
    name: live.name,
    operation: "delete",
    reason: reasons(
      leftover && "left over from a replace that was interrupted",
      conflict && "conflict: git overrules the server's change",
    ),
    drift: false,
    id: live.id,
    etag: live.etag,
    before: side(live),
    after: undefined,
    fields: [],
    codeChanged: false,
  };
}

const side = <Item extends DesiredItem | LiveItem>({
  digest,
  code,
}: Item): Pick<Item, "digest" | "code"> => ({
  digest,
  code,
});

const reasons = (...all: readonly (string | false | undefined)[]): string | undefined =>
  all.filter((reason) => typeof reason === "string").join("; ") || undefined;
