import type { FastifyInstance } from "fastify";
import { refusalOf } from "../error-table.ts";
import type { RecordRefusal } from "./record-refusals.ts";

/** Every error is answered as `{code, message}`; ours are logged, without what was sent, and refused attempts audited. */
export function answerErrors(app: FastifyInstance, recordRefusal: RecordRefusal): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { status, message, headers, ours } = refusalOf(error, request.id);
    if (ours) request.log.error({ err: error, route: request.routeOptions.url }, "request failed");
    await recordRefusal(request, status, message);
    if (status === 401) reply.header("www-authenticate", 'Bearer realm="rota"');
    if (status === 408 || status === 413) reply.header("connection", "close");
    return reply
      .code(status)
      .headers(headers ?? {})
      .send({ code: status, message });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 404, message: "There is no such endpoint; /docs lists them" }),
  );
}
