import type { FastifyRequest } from "fastify";
import { type Principal, requireCoversKnown, requirePermission } from "../../access/index.ts";
import type { Action } from "../../core/action/action.ts";
import { canonicalJson, type Json, type JsonObject } from "../../core/json.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { type ActionForm, disagreement, formToAction } from "../../core/wire/action-form.ts";
import { splitTrailer } from "../../core/wire/description.ts";
import { acceptVersion, type FormField, RegistryError } from "../../registry/index.ts";
import type { AcceptedVersion, LiveAction } from "../../registry/ports.ts";
import { ifMatch, principalOf } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { checkStarts } from "./check-starts.ts";
import { readActionJson } from "./read-action-json.ts";
import { requireOnAction } from "./require-on-action.ts";

/** A new version as a request asks for it: out of an upload's form, or a PUT's JSON. */
export interface VersionAsk {
  /** undefined: a new action. */
  readonly id: string | undefined;
  readonly form: ActionForm;
  /** Which fields of the form say something about an `action.yaml` in the archive. */
  readonly formFields: readonly FormField[];
  /** The field `action`, parsed; it says more than the form and wins. */
  readonly action: unknown;
  readonly zip: { readonly bytes: Buffer; readonly fileName: string } | undefined;
  readonly manifest: string | undefined;
  readonly managedBy: string | undefined;
  readonly codeDigest: string | undefined;
}

/** Makes the version live. @throws HttpError, AccessError, RegistryError. */
export async function accept(parts: Parts, request: FastifyRequest, ask: VersionAsk): Promise<LiveAction> {
  const principal = principalOf(request);
  const { organization } = principal;
  if (ask.id !== undefined)
    await requireOnAction(parts, principal, { type: "action_scripts", id: ask.id, verb: "Put" });
  const before =
    ask.id === undefined
      ? undefined
      : await parts.store.registry.readVersion({ organization, id: ask.id, number: undefined });
  if (ask.id !== undefined && before === undefined)
    throw new RegistryError("not-found", "ACTION_MISSING", "Action Script not found");
  if (ask.zip?.bytes.length === 0) throw new HttpError(400, "Uploaded file is empty");
  const { form, owner } = withoutTrailer(ask.form);
  const action = effective(parts, { ...ask, form }, before);
  requireName(principal, ask.id, action.name);
  const check = async (meant: Action) => {
    await checkStarts(parts, principal, meant);
    const account = {
      action: meant,
      before,
      newCode: ask.zip !== undefined,
      plain: ask.action === undefined,
    };
    await checkAccount(parts, principal, account);
  };
  await check(action);
  const live = await acceptVersion(parts.registry, {
    organization,
    actor: principal.email,
    address: principal.address,
    id: ask.id,
    upload: {
      action,
      form: ask.action === undefined ? ask.formFields : undefined,
      zip: ask.zip,
      manifest: ask.manifest,
      managedBy: ask.managedBy ?? owner ?? before?.managedBy,
      codeDigest: ask.codeDigest,
      check,
    },
    ifMatch: ifMatch(request),
    now: fromMilliseconds(parts.now()),
    newId: parts.newId,
    signal: parts.closing,
  });
  parts.declarationsChanged();
  return live;
}

/** Who may make or change actions of some names alone gives them no other. @throws AccessError. */
function requireName(principal: Principal, id: string | undefined, name: string): void {
  const verb = id === undefined ? "Post" : "Put";
  requirePermission(principal, { type: "action_scripts", id, name, verb });
}

/** The owner travels as the last line of a description. */
function withoutTrailer(form: ActionForm): { form: ActionForm; owner: string | undefined } {
  if (form.description === undefined) return { form, owner: undefined };
  const { description, managedBy } = splitTrailer(form.description);
  return { form: { ...form, description }, owner: managedBy };
}

function effective(parts: Parts, ask: VersionAsk, before: AcceptedVersion | undefined): Action {
  const { form, action } = ask;
  const name = form.name ?? before?.action.name ?? "";
  if (action === undefined || action === null) {
    const live: JsonObject | undefined = before && parts.registry.canonical(before.action);
    return readActionJson(formToAction(form, live), name);
  }
  const whole = readActionJson(action, name);
  const field = disagreement(form, whole);
  if (field === undefined) return whole;
  throw new HttpError(
    400,
    `The field ${field} and the field action say different things; make them the same, or leave one out`,
  );
}

interface Accounted {
  readonly action: Action;
  readonly before: AcceptedVersion | undefined;
  readonly newCode: boolean;
  readonly plain: boolean;
}

/** Steps are code as well, and variables decide where a script goes with what it is given. */
function runsOtherwise(action: Action, before: Action | undefined): boolean {
  const code = (one: Action | undefined) =>
    canonicalJson({
      env: one?.env ?? {},
      steps: one?.type === "runbook" ? one.steps : [],
    } as unknown as Json);
  return code(action) !== code(before);
}

/**
 * The service account must be there, and whoever gives it to an action, or new code to an action that has it,
 * must be allowed to read it and hold all that it may: its rights become those of the code. @throws HttpError 400 with
 * OpenObserve's words, AccessError.
 */
async function checkAccount(
  parts: Parts,
  principal: Principal,
  { action, before, newCode, plain }: Accounted,
): Promise<void> {
  const email = action.serviceAccount?.toLowerCase();
  if (email === undefined) return;
  const isGiven =
    newCode ||
    runsOtherwise(action, before?.action) ||
    email !== before?.action.serviceAccount?.toLowerCase();
  if (isGiven) requirePermission(principal, { type: "service_accounts", id: email, verb: "Get" });
  const found = await parts.store.access.identify({ organization: principal.organization, email });
  if (found?.identity.kind === "service-account") {
    if (isGiven) requireCoversKnown(principal, found);
    return;
  }
  const more = plain
    ? ""
    : `: there is no service account ${email}; declare it in rota.yaml, or make it first`;
  throw new HttpError(400, `Failed to fetch passcode${more}`);
}
