import type { FastifyInstance } from "fastify";

/** `METHOD /pattern` of every route of a server, sorted. */
export const routesOf = (app: FastifyInstance): readonly string[] =>
  readTree(app.printRoutes({ commonPrefix: false }))
    // The drawing leaves out the folder of a wildcard.
    .map((route) =>
      app.hasRoute({ method: "GET", url: route.slice(4) })
        ? route
        : route.replace("/docs/*", "/docs/static/*"),
    )
    .sort();

/** Out of Fastify's drawing of its tree. */
function readTree(tree: string): readonly string[] {
  const above: string[] = [];
  const found: string[] = [];
  for (const line of tree.split("\n")) {
    const [, indent = "", segment = "", methods] =
      /^((?:[│ ] {3})*)[├└]── (\S*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (segment === "" && methods === undefined) continue;
    const depth = indent.length / 4;
    above.length = depth;
    above.push(segment);
    const pattern = above.join("").replaceAll("//", "/");
    for (const method of methods?.split(", ") ?? [])
      if (method !== "HEAD") found.push(`${method} ${pattern}`);
  }
  return [...new Set(found)].sort();
}
