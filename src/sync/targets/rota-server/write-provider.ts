import type { DesiredItem, Operation } from "../../../core/plan/plan.ts";
import type { Ask } from "./http-client.ts";

/** Where and how a provider is made, changed or deleted. */
export function providerRequest(
  { name, operation, etag }: Operation,
  desired: DesiredItem | undefined,
  scope: string,
): { readonly path: string; readonly ask: Ask } {
  const path = `/providers/${encodeURIComponent(name)}`;
  if (desired === undefined) return { path, ask: { method: "DELETE", ifMatch: etag } };
  const json = { provider: desired.fields, managed_by: scope };
  return operation === "create"
    ? { path, ask: { method: "PUT", json, ifNoneMatch: "*" } }
    : { path, ask: { method: "PUT", json, ifMatch: etag } };
}
