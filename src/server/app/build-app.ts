import type { Socket } from "node:net";
import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyReply, LogController } from "fastify";
import type { Logger } from "pino";
import { noteLogins } from "../../access/index.ts";
import type { Parts } from "../parts.ts";
import { routes } from "../routes/routes.ts";
import { answerErrors } from "./answer-errors.ts";
import { boundBodies } from "./bound-bodies.ts";
import { documentApi } from "./document-api.ts";
import { readJsonBodies } from "./read-json.ts";
import { recordRefusals } from "./record-refusals.ts";
import { requireLogin } from "./require-login.ts";
import { useValidators } from "./validators.ts";

export interface AppLimits {
  /** Headers of a request must have come within this, ms. */
  readonly headers: number;
  /** A JSON body must have come within this, ms. */
  readonly slowestBody: number;
  /** Any request, uploads included, must have come within this, ms. */
  readonly request: number;
}
export const appLimits: AppLimits = { headers: 20_000, slowestBody: 60_000, request: 600_000 };

const mebibyte = 1024 * 1024;

/** The HTTP side of the server: what holds for every route, then the routes. */
export async function buildApp(parts: Parts, log: Logger, limits = appLimits): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: mebibyte,
    // Of X-Forwarded-For only what a trusted proxy wrote there: others may write what they like.
    trustProxy: parts.settings.trustedProxies.length === 0 ? false : [...parts.settings.trustedProxies],
    requestTimeout: limits.request,
    // Node looks at the limits only every 30 s by itself.
    http: {
      headersTimeout: limits.headers,
      connectionsCheckingInterval: Math.min(limits.headers / 4, 5_000),
    },
    forceCloseConnections: "idle",
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: 512 },
    frameworkErrors: (_error, _request, reply) => {
      (reply as FastifyReply).code(400).send({ code: 400, message: "The address is not valid" });
    },
    clientErrorHandler: answerBadClient,
  }) as unknown as FastifyInstance;
  useValidators(app);
  readJsonBodies(app);
  answerErrors(app, recordRefusals(parts.attempts));
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    // Whether there is TLS is the business of whoever puts it in front.
    strictTransportSecurity: false,
  });
  boundBodies(app, limits.slowestBody);
  const authenticate = noteLogins(parts.authenticate, parts.attempts);
  requireLogin(app, { authenticate, publicUrl: parts.settings.publicUrl });
  await app.register(multipart, {
    throwFileSizeLimit: true,
    limits: { fieldNameSize: 100, fieldSize: mebibyte, fields: 40, files: 1, parts: 41, headerPairs: 50 },
  });
  await documentApi(app, parts.version);
  await app.register(routes, parts);
  await app.ready();
  return app;
}

/** Bytes that are no HTTP, or that come too slowly. */
function answerBadClient(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, text] =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? [408, "Request Timeout"]
      : error.code === "HPE_HEADER_OVERFLOW"
        ? [431, "Request Header Fields Too Large"]
        : [400, "Bad Request"];
  const body = JSON.stringify({ code: status, message: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
