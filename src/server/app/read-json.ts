import type { FastifyInstance } from "fastify";
import { isDeeperThan } from "../../core/wire/json-depth.ts";
import { HttpError } from "../http-error.ts";

/** Deeper than anything that is meant; what walks a value later recurses. */
const deepest = 200;

/**
 * Reads bodies as JSON and keeps their bytes, because numbers in inputs must reach a script with all their
 * digits. Refuses text that is no UTF-8, that is nested too deep, and members that would change a prototype.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    // DELETE and cancel are often sent with the header and no body.
    if (body.length === 0) return done(null, undefined);
    request.rawBody = body;
    if (isDeeperThan(body, deepest))
      return done(new HttpError(400, `The body is nested deeper than ${deepest} levels`), undefined);
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    } catch {
      return done(new HttpError(400, "The body is not valid UTF-8"), undefined);
    }
    parse(request, text, (error, value) =>
      done(error === null ? null : new HttpError(400, "The body is no valid JSON"), value),
    );
  });
}
