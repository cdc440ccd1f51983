import type { Action } from "../../core/action/action.ts";
import { shownName } from "../../core/bundle/shown-name.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import { RegistryError } from "../registry-error.ts";
import type { FormField } from "./upload.ts";

const said: Record<FormField, (action: Action) => unknown> = {
  name: (action) => action.name,
  type: (action) => action.type,
  description: (action) => action.description,
  schedule: (action) => action.schedule?.timing,
  serviceAccount: (action) => action.serviceAccount,
  env: (action) => action.env,
};

/**
 * Throws RegistryError `MANIFEST_DISAGREES` when an `action.yaml` inside an archive and the form that
 * came with it say different things: whichever were taken, somebody would be wrong about what is live.
 */
export function checkAgreement(manifest: Action, form: Action, fields: readonly FormField[]): void {
  const different = fields.find((field) => text(said[field](manifest)) !== text(said[field](form)));
  if (different === undefined) return;
  const [inside, outside] = [manifest, form].map((action) => shownName(text(said[different](action))));
  throw new RegistryError(
    "invalid",
    "MANIFEST_DISAGREES",
    different === "env"
      ? "The environment variables of the form are not those of the action.yaml in the archive; make them the same, or leave one out."
      : `The ${different} of the form (${outside}) is not that of the action.yaml in the archive (${inside}); make them the same, or leave one out.`,
  );
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : canonicalJson((value ?? null) as Json);
