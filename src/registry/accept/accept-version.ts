import { actionDigest } from "../../core/bundle/digest.ts";
import type { Instant } from "../../core/time.ts";
import type {
  AcceptedVersion,
  ActionRef,
  BuildLog,
  LiveAction,
  NewVersion,
  WriteOutcome,
  Writer,
} from "../ports.ts";
import { RegistryError } from "../registry-error.ts";
import { checkUnpacked } from "./check-code.ts";
import { fireAfterChange, firstFire } from "./next-fire.ts";
import { type TakenCode, takeCode } from "./take-code.ts";
import type { RegistryParts, Upload } from "./upload.ts";

export interface AcceptAsk {
  readonly organization: string;
  /** E-mail of who asks. */
  readonly actor: string;
  readonly address?: string | undefined;
  /** The action to change; undefined: a new one. */
  readonly id: string | undefined;
  readonly upload: Upload;
  /** The ETag, without quotes, that the sender saw; undefined: he does not care. */
  readonly ifMatch: string | undefined;
  readonly now: Instant;
  /** Gives the id (a KSUID) of a new action. */
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

/**
 * Makes an action live, or a live one another version of itself: by an archive, or by its fields alone
 * (`zip` undefined), which keeps the code. Everything that a run will need is in place before the row
 * says so; whatever fails before, the earlier version stays live. Versions are immutable.
 *
 * Rejects with RegistryError: "not-found" `ACTION_MISSING`; "precondition" `ETAG_MISMATCH`; "invalid"
 * `NAME_TAKEN`, `TYPE_CHANGED`, `FILE_MISSING`, `ENVIRONMENT_FAILED` and those of `takeCode`.
 */
export async function acceptVersion(parts: RegistryParts, ask: AcceptAsk): Promise<LiveAction> {
  const before = ask.id === undefined ? undefined : await currentVersion(parts, ask, ask.id);
  await checkNameIsFree(parts, ask);
  const actionId = ask.id ?? ask.newId();
  const { build, ...taken } = await codeOf(parts, ask, actionId, before);
  const { organization, now, actor, address } = ask;
  const version: NewVersion = {
    organization,
    actionId,
    ...taken,
    digest: actionDigest(parts.canonical(taken.action), taken.code),
    managedBy: ask.upload.managedBy,
    createdBy: actor,
    createdAt: now,
  };
  const outcome =
    before === undefined
      ? await parts.store.createAction({ version, next: firstFire(taken.action, now), address })
      : await parts.store.addVersion({
          version,
          next: fireAfterChange(before.action, taken.action, now),
          expectEtag: ask.ifMatch,
          address,
        });
  const number = outcome.outcome === "written" ? outcome.action.version : 0;
  await build?.keep({ version: { ...version, number }, actor, address, reason: undefined });
  return written(outcome, { organization, id: actionId });
}

/** Takes an action off the server. Rejects with RegistryError `ACTION_MISSING` or `ETAG_MISMATCH`. */
export async function removeAction(
  parts: Pick<RegistryParts, "store">,
  ask: ActionRef & Writer & { readonly ifMatch: string | undefined; readonly now: Instant },
): Promise<void> {
  const { organization, id, actor, address, now } = ask;
  const { outcome } = await parts.store.removeAction({
    organization,
    id,
    expectEtag: ask.ifMatch,
    actor,
    address,
    now,
  });
  if (outcome === "missing") throw actionMissing(id);
  if (outcome === "stale") throw etagMismatch();
}

async function currentVersion(parts: RegistryParts, ask: AcceptAsk, id: string): Promise<AcceptedVersion> {
  const { organization, upload, ifMatch } = ask;
  const live = await parts.store.findAction({ organization, id });
  const version = await parts.store.readVersion({ organization, id, number: undefined });
  if (live === undefined || version === undefined) throw actionMissing(id);
  if (ifMatch !== undefined && ifMatch !== live.etag) throw etagMismatch();
  if (version.action.type !== upload.action.type)
    throw new RegistryError(
      "invalid",
      "TYPE_CHANGED",
      `The action is ${version.action.type} and cannot become ${upload.action.type}: delete it and create it anew.`,
    );
  return version;
}

/** Looked at before any work is done; the store looks again when it writes. */
async function checkNameIsFree(parts: RegistryParts, { organization, id, upload }: AcceptAsk): Promise<void> {
  const namesake = await parts.store.findActionByName({ organization, name: upload.action.name });
  if (namesake !== undefined && namesake.id !== id) throw nameTaken();
}

async function codeOf(
  parts: RegistryParts,
  { upload, organization, actor, address, signal }: AcceptAsk,
  actionId: string,
  before: AcceptedVersion | undefined,
): Promise<Omit<TakenCode, "build"> & { readonly build?: BuildLog }> {
  const { zip, action, manifest } = upload;
  if (zip !== undefined)
    return takeCode(parts, { ...upload, zip }, { organization, actionId, actor, address }, signal);
  if (before === undefined) throw new RegistryError("invalid", "FILE_MISSING", "File is missing or empty");
  const { code, blob, zipFileName } = before;
  await checkUnpacked(parts, action, code);
  return { action, code, blob, zipFileName, manifest: manifest ?? before.manifest };
}

function written(outcome: WriteOutcome, ref: ActionRef): LiveAction {
  if (outcome.outcome === "written") return outcome.action;
  if (outcome.outcome === "name-taken") throw nameTaken();
  throw outcome.outcome === "missing" ? actionMissing(ref.id) : etagMismatch();
}

const actionMissing = (id: string): RegistryError =>
  new RegistryError("not-found", "ACTION_MISSING", `There is no action with the id ${id}.`);

const nameTaken = (): RegistryError =>
  new RegistryError("invalid", "NAME_TAKEN", "Action with the same name already exists");

const etagMismatch = (): RegistryError =>
  new RegistryError(
    "precondition",
    "ETAG_MISMATCH",
    "The action was changed meanwhile; read it again, then decide whether the change still holds.",
  );
