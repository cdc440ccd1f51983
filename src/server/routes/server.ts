import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../parts.ts";
import { frontPage, frontPageStyle } from "./front-page.ts";
import { orgParams, refusals } from "./schemas.ts";

const configSchema = {
  tags: ["server"],
  summary: "What kind of server this is",
  security: [],
  response: {
    200: {
      description: "As OpenObserve's, as far as its Actions clients look",
      type: "object",
      properties: {
        version: { type: "string" },
        build: { type: "string", enum: ["rota"] },
        actions_enabled: { type: "boolean" },
        organization: { type: "string", description: "The organization that is there from the start" },
        web_url: { type: "string" },
        oidc: {
          type: "object",
          nullable: true,
          description: "The provider that people sign in with, and where that begins",
          properties: { name: { type: "string" }, url: { type: "string" } },
        },
      },
    },
  },
} as const;

const healthSchema = {
  tags: ["server"],
  summary: "Whether the server answers",
  security: [],
  response: {
    200: {
      description: "It does",
      type: "object",
      properties: { status: { type: "string", enum: ["ok"] } },
    },
  },
} as const;

const serverSchema = {
  tags: ["server"],
  summary: "What executions have on this machine",
  params: orgParams,
  response: {
    200: {
      description: "The server",
      type: "object",
      properties: {
        version: { type: "string" },
        node: { type: "string" },
        workers: { type: "integer", description: "Executions at once" },
        isolation: {
          type: "string",
          nullable: true,
          description: "Level of isolation in force: full, reduced, basic; null: nothing can be executed",
        },
        python: { type: "object", nullable: true, properties: { version: { type: "string" } } },
        installer: { type: "string", nullable: true },
        host_steps: { type: "boolean", description: "Whether steps may act on the machine itself" },
        missing: { type: "array", items: { type: "string" } },
        advice: { type: "array", items: { type: "string" } },
      },
    },
    ...refusals,
  },
} as const;

/** What the server says about itself. */
export function serverRoutes(app: FastifyInstance, parts: Parts): void {
  const { version } = parts;
  app.get("/healthz", { schema: healthSchema }, async () => ({ status: "ok" }));
  app.get("/config", { schema: configSchema }, async () => ({
    version,
    build: "rota",
    actions_enabled: true,
    organization: "default",
    web_url: parts.settings.publicUrl ?? parts.address(),
    oidc: parts.settings.oidc === undefined ? null : { name: parts.settings.oidc.name, url: "/oidc/login" },
  }));
  const styleHash = createHash("sha256").update(frontPageStyle).digest("base64");
  app.get("/", { schema: { hide: true } }, async (_request, reply) =>
    reply
      .header(
        "content-security-policy",
        `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
      .type("text/html; charset=utf-8")
      .send(frontPage(version)),
  );
  app.get("/api/:org/server", { schema: serverSchema }, async () => {
    const machine = await parts.executor.describe();
    return {
      version,
      node: process.versions.node,
      workers: parts.settings.workers,
      isolation: machine.level ?? null,
      python: machine.version === undefined ? null : { version: machine.version },
      installer: machine.installer ?? null,
      host_steps: machine.hostSteps,
      missing: machine.missing,
      advice: machine.advice,
    };
  });
}
