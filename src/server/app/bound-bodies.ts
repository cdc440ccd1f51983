import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Milliseconds } from "../../core/time.ts";
import { HttpError } from "../http-error.ts";

/** Bytes that are read and thrown away so that a refused sender still gets to read why. */
const drained = 1024 * 1024;

/**
 * Ends requests whose body comes too slowly, refuses compressed ones, and closes the connection behind a
 * refusal whose body would be long to drain. Uploads have the server's own, longer limit.
 */
export function boundBodies(app: FastifyInstance, slowest: Milliseconds): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const stop = (request: FastifyRequest) => clearTimeout(timers.get(request));

  app.addHook("onRequest", async (request) => {
    const { headers, raw } = request;
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity")
      throw new HttpError(415, "Send the body without Content-Encoding");
    const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (!hasBody || headers["content-type"]?.startsWith("multipart/form-data")) return;
    timers.set(request, setTimeout(() => raw.destroy(), slowest).unref());
  });
  app.addHook("preValidation", async (request) => stop(request));
  app.addHook("onResponse", async (request) => stop(request));
  app.addHook("onRequestAbort", async (request) => stop(request));
  app.addHook("onSend", async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.raw.complete || reply.statusCode < 400) return;
    const length = Number(request.headers["content-length"] ?? Number.NaN);
    if (!(length <= drained)) reply.header("connection", "close");
  });
}
