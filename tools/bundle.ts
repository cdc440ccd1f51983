import { posix, relative } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/** What is started by its path: the program itself, and the threads and processes of the server. */
const entries = [
  "cli/main",
  "store/worker",
  "server/openobserve/streams/write-thread",
  "server/openobserve/streams/search-process",
];

/**
 * Packages that a command reads at its start, or the store's thread; they and our modules become a few files. All others
 * stay outside. The start of that thread costs 65 ms of processor time instead of 250 without kysely's own 300 files.
 * Of ajv one function of the generated validation: alone it cost a search for its package and a CommonJS loader.
 */
const inside =
  /^(ajv\/dist\/runtime\/ucs2length\.js$|@marcbachmann\/cel-js|@simple-git\/.*|@kwsites\/.*|commander|croner|debug|fastest-levenshtein|ignore|kysely|ms|p-limit|re2js|simple-git|yaml|yocto-queue)(\/|$)/;

/**
 * Writes src/ and the packages of `inside` into `folder` as a few files. Reading 360 modules one by one was
 * two thirds of the time of `rota validate`. Types are not looked at here; `npm run check` does that.
 */
export async function bundle(folder: string): Promise<void> {
  const build = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    platform: "node",
    // Reading a module of ours does nothing but define it, so that a door costs only what is taken through it.
    treeshake: { moduleSideEffects: (id, external) => external || !isOurs(id) || isEntry(id) },
    external: (id) => /^[^./]/.test(id) && !inside.test(id) && !id.startsWith(process.cwd()),
    plugins: [ownUrls()],
    // A package that several commands load may be loaded at once by some and later by others.
    checks: { ineffectiveDynamicImport: false },
    logLevel: "warn",
  });
  await build.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await build.close();
}

const isOurs = (id: string): boolean => id.startsWith(`${process.cwd()}/src/`);
const isEntry = (id: string): boolean => entries.some((name) => id.endsWith(`/src/${name}.ts`));

const mark = /__ROTA_URL_OF__\("([^"]+)"\)/g;

/**
 * `import.meta.url` goes on naming the place that a module has in src/, so that Python files, threads and
 * schemas are found beside it, whichever file it is put into.
 */
const ownUrls = (): Plugin => ({
  name: "own-urls",
  transform(code, id) {
    if (!id.endsWith(".ts") || id.includes("node_modules") || !code.includes("import.meta.url")) return null;
    const place = relative("src", id).replace(/\.ts$/, ".js");
    return { code: code.replaceAll("import.meta.url", `__ROTA_URL_OF__("${place}")`) };
  },
  renderChunk(code, chunk) {
    if (!code.includes("__ROTA_URL_OF__")) return null;
    const to = (place: string) => posix.relative(posix.dirname(chunk.fileName), place);
    return {
      code: code.replaceAll(mark, (_, place: string) => `new URL("./${to(place)}", import.meta.url).href`),
    };
  },
});
