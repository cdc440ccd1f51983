import { actionDigest } from "../../../src/core/bundle/digest.ts";
import { zipFileName } from "../../../src/core/bundle/zip-file-name.ts";
import { canonicalJson, type JsonObject, sha256 } from "../../../src/core/json.ts";
import type { Applied, DesiredItem, LiveItem, Operation } from "../../../src/core/plan/plan.ts";
import { withTrailer } from "../../../src/core/wire/description.ts";
import { type MemoryServer, memoryTarget } from "../../../src/sync/targets/memory-target.ts";
import { TargetError } from "../../../src/sync/targets/target-error.ts";

/**
 * The wire API of a Rota server over the model in memory, called as `fetch` is: what the HTTP target is
 * tried against thousands of times, where a real server would take minutes.
 */
export function wireModel(model: MemoryServer = memoryTarget()): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, searchParams } = new URL(request.url);
    const [, , organization, resource, id] = pathname.split("/").map(decodeURIComponent);
    if (organization !== "default") return json(404, { code: 404, message: "no such organization" });
    try {
      if (resource === "actions") return await actions(model, request, id, searchParams.get("name"));
      if (resource === "service_accounts") return await accounts(model, request, id);
      if (resource === "providers") return await providers(model, request, id);
      return await syncs(model, request, searchParams.get("scope") ?? "");
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const status = error.code === "PRECONDITION_FAILED" ? 412 : 400;
      return json(status, { code: status, message: error.message });
    }
  };
}

const json = (status: number, body: object): Response => Response.json(body, { status });
const ofKind = (model: MemoryServer, kind: LiveItem["kind"]) =>
  model.items().filter((item) => item.kind === kind);
const etagOf = (request: Request) => request.headers.get("if-match")?.replaceAll('"', "");

function listed(item: LiveItem): JsonObject {
  const { id, name, digest = "", code = "", managedBy = null, protect, etag = "", fields } = item;
  return {
    ...{ id, name, digest, etag, protect, managed_by: managedBy, code_digest: code },
    zip_file_name: zipFileName(name, code),
    description: withTrailer("", managedBy ?? undefined),
    created_at: 1,
    type: fields?.type ?? null,
  };
}

async function actions(
  model: MemoryServer,
  request: Request,
  id: string | undefined,
  name: string | null,
): Promise<Response> {
  const all = ofKind(model, "action");
  if (request.method === "GET" && id === undefined)
    return json(200, all.filter((item) => name === null || item.name === name).map(listed));
  if (request.method === "POST" && id === "upload") return await upload(model, request);
  const item = all.find((one) => one.id === id);
  if (item === undefined) return json(400, { code: 400, message: "Action Script not found" });
  if (request.method === "GET") return json(200, { ...listed(item), action: item.fields ?? {} });
  if (request.method === "DELETE") {
    await model.target.perform(operation(item, request, "delete"), undefined, "", noSource);
    return json(200, { code: 200, message: "Action deleted" });
  }
  const body = (await request.json()) as { action: JsonObject; managed_by: string };
  const change = operation(item, request, "update");
  await model.target.perform(change, declared(body.action, item.code ?? ""), body.managed_by, noSource);
  return json(200, { uuid: item.id });
}

async function upload(model: MemoryServer, request: Request): Promise<Response> {
  const form = await request.formData();
  const field = (name: string) => form.get(name)?.toString() ?? "";
  const fields = JSON.parse(field("action")) as JsonObject;
  const desired = declared(fields, field("code_digest"));
  const id = form.get("id")?.toString();
  const zip = new Uint8Array(await (form.get("file") as Blob).arrayBuffer());
  const item = { kind: "action", name: desired.name, id } as const;
  const op = operation(item, request, id === undefined ? "create" : "update");
  const source = { bundle: async () => zip, manifest: async () => undefined };
  const { id: uuid } = await model.target.perform(
    { ...op, codeChanged: true },
    desired,
    field("managed_by"),
    source,
  );
  return json(200, { uuid });
}

const declared = (fields: JsonObject, code: string): DesiredItem => ({
  kind: "action",
  name: String(fields.name),
  digest: actionDigest(fields, code),
  fields,
  code,
  file: "",
  serviceAccount: fields.serviceAccount as string | undefined,
  protect: fields.protect === true,
});

async function accounts(model: MemoryServer, request: Request, email: string | undefined): Promise<Response> {
  const all = ofKind(model, "service-account");
  if (request.method === "GET")
    return json(200, {
      data: all.map(({ name, digest, etag, managedBy, fields }) => ({
        ...{
          email: name,
          digest,
          etag,
          managed_by: managedBy ?? null,
          permissions: fields?.permissions ?? [],
        },
      })),
    });
  const found = all.find(({ name }) => name === email);
  if (request.method === "DELETE") {
    const item = found ?? ({ kind: "service-account", name: email ?? "", id: "none" } as const);
    await model.target.perform(operation(item, request, "delete"), undefined, "", noSource);
    return json(200, { code: 200 });
  }
  const body = (await request.json()) as JsonObject;
  const fields = { permissions: body.permissions ?? [] };
  const name = email ?? String(body.email);
  const digest = sha256(canonicalJson(fields));
  const item: DesiredItem = {
    kind: "service-account",
    name,
    digest,
    fields,
    code: undefined,
    file: "",
    serviceAccount: undefined,
    protect: false,
  };
  const change =
    found && request.method === "PUT"
      ? operation(found, request, "update")
      : operation(item, request, "create");
  await model.target.perform(change, item, String(body.managed_by), noSource);
  return json(200, { code: 200 });
}

async function providers(model: MemoryServer, request: Request, id: string | undefined): Promise<Response> {
  const all = ofKind(model, "provider");
  if (request.method === "GET")
    return json(200, {
      items: all.map(({ name, digest = "", etag = "", managedBy = null, fields = {} }) => ({
        ...{ name, digest, etag, managed_by: managedBy, provider: fields },
      })),
    });
  const name = id ?? "";
  const found = all.find((item) => item.name === name);
  const absent = { kind: "provider", name, id: "none" } as const;
  if (request.method === "DELETE") {
    await model.target.perform(operation(found ?? absent, request, "delete"), undefined, "", noSource);
    return json(200, { code: 200 });
  }
  const body = (await request.json()) as { provider: JsonObject; managed_by: string };
  const fields = body.provider;
  const digest = sha256(canonicalJson(fields));
  const item: DesiredItem = {
    ...{ kind: "provider", name, digest, fields },
    ...{ code: undefined, file: "", serviceAccount: undefined, protect: false },
  };
  const change = request.headers.has("if-none-match")
    ? operation(item, request, "create")
    : operation(found ?? absent, request, "update");
  await model.target.perform(change, item, body.managed_by, noSource);
  return json(200, { name });
}

async function syncs(model: MemoryServer, request: Request, scope: string): Promise<Response> {
  if (request.method === "GET") {
    const applied = await model.ledger.read(scope);
    const wire = applied && { ...applied, plan_id: applied.planId, commit: applied.commit ?? null };
    return json(200, { applied: wire ?? null, history: [] });
  }
  const body = (await request.json()) as { from: number; plan_id: string } & Applied;
  const to = { ...body, generation: body.from + 1, planId: body.plan_id, commit: body.commit ?? undefined };
  const moved = await model.ledger.advance(body.from, { ...to, actor: "wire", at: 1 });
  return moved
    ? json(200, { generation: to.generation })
    : json(409, { code: 409, message: "moved", generation: 0 });
}

const operation = (
  item: Pick<LiveItem, "kind" | "name"> & { readonly id?: string | undefined },
  request: Request,
  kind: Operation["operation"],
): Operation => ({
  kind: item.kind,
  name: item.name,
  operation: kind,
  reason: undefined,
  drift: false,
  id: item.id,
  etag: etagOf(request),
  before: undefined,
  after: undefined,
  fields: [],
  codeChanged: false,
});

const noSource = {
  bundle: () => Promise.reject(new Error("no code travels here")),
  manifest: async () => undefined,
};
