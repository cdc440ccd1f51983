import type { FastifyInstance } from "fastify";
import type { Parts } from "../parts.ts";
import { serverRoutes } from "./server.ts";

/** Every route, by resource. */
export async function routes(app: FastifyInstance, parts: Parts): Promise<void> {
  serverRoutes(app, parts);
}
