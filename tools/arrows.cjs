/**
 * Which way imports go (CONTRIBUTING.md draws it):
 *   core <- sync | registry | access | runs     siblings: none imports another
 *   runs <- executor       registry, access, runs <- store
 *   all of these <- server <- cli
 */
const top = (name) => `^src/${name}/`;
const forbid = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "a file that is imported when its command is typed is no part of a cycle",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["dynamic-import"] } },
    },
    forbid("core-is-a-root", top("core"), "^src/(?!core/)", "core imports nothing of the product"),
    {
      name: "core-is-pure",
      comment: "core touches no file, process, network, clock or database",
      severity: "error",
      from: { path: top("core") },
      to: { dependencyTypes: ["core"], path: "^(node:)?(?!crypto$|path/posix$)" },
    },
    forbid("sync-imports-core", top("sync"), "^src/(?!(core|sync)/)"),
    forbid("registry-imports-core", top("registry"), "^src/(?!(core|registry)/)"),
    forbid("access-imports-core", top("access"), "^src/(?!(core|access)/)"),
    forbid("runs-imports-core", top("runs"), "^src/(?!(core|runs)/)"),
    forbid("executor-imports-runs", top("executor"), "^src/(?!(core|runs|executor)/)"),
    forbid("store-imports-ports", top("store"), "^src/(?!(core|registry|access|runs|store)/)"),
    forbid("server-is-below-cli", top("server"), "^src/(cli|web)/"),
    forbid("web-speaks-http", top("web"), "^src/(?!(core|web)/)"),
    {
      name: "doors",
      comment: "from outside a top folder only its door; core's files and ports.ts are open to all",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: {
        path: "^src/(?!core/)[^/]+/",
        pathNot: ["^src/$1/", "^src/[^/]+/(index|ports|ports/[^/]+)\\.ts$"],
      },
    },
    {
      name: "not-up-to-the-door",
      comment: "inside a folder import the file, not the door above",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/$1/index\\.ts$" },
    },
    {
      name: "no-catch-alls",
      severity: "error",
      from: { path: "^src" },
      to: { path: "/(utils|lib|common|helpers)(/|\\.ts$)", pathNot: "node_modules" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
