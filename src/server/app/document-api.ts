import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

/** The page's own files and nothing else; in particular no validator on the internet. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** OpenAPI at `/docs`, out of the schemas that validate; its page needs nothing from elsewhere. */
export async function documentApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.0.3",
      info: {
        title: "Rota",
        version,
        description:
          "OpenObserve's Actions API, and what Rota adds to it. Instants are microseconds since 1970. Errors are `{code, message}`.",
        license: { name: "Apache-2.0" },
      },
      tags: [
        { name: "actions", description: "What is live" },
        { name: "runs", description: "Starting actions, and what became of it" },
        { name: "access", description: "Service accounts, roles, API tokens" },
        { name: "sync", description: "The record of what was applied" },
        { name: "streams", description: "The OpenObserve that scripts talk to" },
        { name: "server", description: "The server itself" },
      ],
      components: {
        securitySchemes: {
          basic: {
            type: "http",
            scheme: "basic",
            description: "E-mail and password, or a service account's e-mail and token",
          },
          token: { type: "http", scheme: "bearer", description: "An API token" },
        },
      },
      security: [{ basic: [] }, { token: [] }],
    },
  });
  await app.register(async (page) => {
    // The file server says 403 to a path that leads out of its folder: there is just no such page.
    page.setErrorHandler((_error, _request, reply) => reply.callNotFound());
    await page.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: pagePolicy,
      uiConfig: { docExpansion: "list", validatorUrl: null },
    });
  });
}
