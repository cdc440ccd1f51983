import type { FastifyInstance } from "fastify";
import { mayOnSome, type Principal, requirePermission } from "../../access/index.ts";
import type { FormField } from "../../registry/index.ts";
import { accept } from "../actions/accept.ts";
import { mostBytes, readUpload, type UploadForm } from "../actions/read-upload.ts";
import { principalOf, quoted } from "../app/request.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { uploadSchema } from "./action-schemas.ts";

/** `POST /actions/upload`, as OpenObserve has it. */
export function uploadRoutes(app: FastifyInstance, parts: Parts): void {
  app.post(
    "/api/:org/actions/upload",
    // The schema documents the form, which is no JSON.
    { schema: uploadSchema, validatorCompiler: () => () => true, bodyLimit: mostBytes },
    async (request, reply) => {
      requireSomeUpload(principalOf(request));
      return parts.uploads(async () => {
        const form = await readUpload(request);
        if (form.id !== undefined && request.headers["if-none-match"] === "*")
          throw new HttpError(412, "If-None-Match: * is for a create, and an id was sent");
        const live = await accept(parts, request, {
          id: form.id,
          form,
          formFields: said(form),
          action: form.action,
          zip: { bytes: form.file, fileName: form.fileName },
          manifest: form.manifest,
          managedBy: form.managedBy,
          codeDigest: form.codeDigest,
        });
        reply.header("etag", quoted(live.etag));
        return { uuid: live.id, version: live.version, digest: live.digest, etag: live.etag };
      });
    },
  );
}

/** Which right is needed is known only from the form; whoever has none at all need not send it. */
function requireSomeUpload(principal: Principal): void {
  if (mayOnSome(principal, "action_scripts", ["Post", "Put"])) return;
  requirePermission(principal, { type: "action_scripts", id: undefined, verb: "Post" });
}

function said(form: UploadForm): readonly FormField[] {
  const fields: FormField[] = ["name", "type"];
  if (form.description !== undefined) fields.push("description");
  if (form.cron || form.executionDetails === "once") fields.push("schedule");
  if (form.serviceAccount) fields.push("serviceAccount");
  if (form.env !== undefined) fields.push("env");
  return fields;
}
