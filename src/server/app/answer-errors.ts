import type { FastifyInstance } from "fastify";
import { refusalOf } from "../error-table.ts";

/** Every error is answered as `{code, message}`; ours are logged, without what was sent. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, message, headers, ours } = refusalOf(error, request.id);
    if (ours) request.log.error({ err: error, route: request.routeOptions.url }, "request failed");
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
