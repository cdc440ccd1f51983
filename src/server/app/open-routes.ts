/**
 * Every route that answers without a login, as method and exact pattern. There is no rule by prefix or
 * suffix: a route that is not written here needs a login.
 */
export const openRoutes: ReadonlySet<string> = new Set([
  "GET /",
  "POST /login",
  "POST /logout",
  "GET /oidc/login",
  "GET /oidc/callback",
  "GET /healthz",
  "GET /config",
  // Signed links: the address itself is the login.
  "GET /approvals/:link",
  "POST /approvals/:link",
  "GET /docs",
  "GET /docs/",
  "GET /docs/json",
  "GET /docs/yaml",
  "GET /docs/static/index.html",
  "GET /docs/static/swagger-initializer.js",
  "GET /docs/static/*",
]);
