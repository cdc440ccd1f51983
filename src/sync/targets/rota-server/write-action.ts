import { zipFileName } from "../../../core/bundle/zip-file-name.ts";
import { canonicalJson, type JsonObject } from "../../../core/json.ts";
import type { DesiredItem, Operation } from "../../../core/plan/plan.ts";
import { withTrailer } from "../../../core/wire/description.ts";
import type { ItemSource } from "../../ports.ts";
import type { Ask } from "./http-client.ts";

const onlyText = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * The upload of an action with its code: OpenObserve's form, and beside it the whole action, which that
 * form cannot say. `id` makes it a new version of what is there.
 */
export async function uploadOf(
  operation: Operation,
  desired: DesiredItem,
  scope: string,
  source: ItemSource,
): Promise<Ask> {
  const code = desired.code ?? "";
  const filename = zipFileName(desired.name, code);
  const form = new FormData();
  const set = (name: string, value: string | undefined) => value !== undefined && form.set(name, value);
  set("name", desired.name);
  set("owner", `rota/${scope}`);
  set("execution_details", executionDetails(desired.fields));
  set("service_account", onlyText(desired.fields.serviceAccount) || undefined);
  set("description", withTrailer(onlyText(desired.fields.description), scope));
  set("action", canonicalJson(desired.fields));
  set("manifest", await source.manifest());
  set("managed_by", scope);
  set("code_digest", code);
  set("filename", filename);
  form.set("file", zipFile(await source.bundle()), filename);
  if (operation.operation === "create") return { method: "POST", form, ifNoneMatch: "*" };
  set("id", operation.id);
  return { method: "POST", form, ifMatch: operation.etag };
}

/** A change of fields alone: nothing is zipped, and the code stays what it is. */
export async function changeOf(
  operation: Operation,
  desired: DesiredItem,
  scope: string,
  source: ItemSource,
): Promise<Ask> {
  const manifest = await source.manifest();
  const json: JsonObject = {
    name: desired.name,
    description: withTrailer(onlyText(desired.fields.description), scope),
    action: desired.fields,
    managed_by: scope,
    ...(manifest !== undefined && { manifest }),
  };
  return { method: "PUT", json, ifMatch: operation.etag };
}

const zipFile = (bytes: Uint8Array): Blob =>
  new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/zip" });

/** OpenObserve's word for how an action is started. */
function executionDetails({ type, schedule }: JsonObject): "once" | "repeat" | "service" {
  if (type === "realtime") return "service";
  const isOnce = typeof schedule === "object" && schedule !== null && "once" in schedule;
  return isOnce ? "once" : "repeat";
}
