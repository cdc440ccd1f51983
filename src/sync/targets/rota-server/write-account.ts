import type { DesiredItem, Operation } from "../../../core/plan/plan.ts";
import type { Ask } from "./http-client.ts";

/** Where and how a service account is made, changed or deleted. Its token is answered to nobody here. */
export function accountRequest(
  operation: Operation,
  desired: DesiredItem | undefined,
  scope: string,
): { readonly path: string; readonly ask: Ask } {
  const one = `/service_accounts/${encodeURIComponent(operation.name)}`;
  if (desired === undefined) return { path: one, ask: { method: "DELETE", ifMatch: operation.etag } };
  const owned = { managed_by: scope, permissions: desired.fields.permissions ?? [] };
  const names = { first_name: "", last_name: "" };
  if (operation.operation === "create")
    return {
      path: "/service_accounts",
      ask: { method: "POST", json: { email: desired.name, ...names, ...owned } },
    };
  return { path: one, ask: { method: "PUT", json: owned, ifMatch: operation.etag } };
}
