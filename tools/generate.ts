/**
 * Makes what follows from schemas/: the types of the written forms and the compiled validators.
 * With --check it writes nothing and fails when a file on disk differs, naming it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv2020 } from "ajv/dist/2020.js";
import { compile, type JSONSchema } from "json-schema-to-typescript";

type Schema = { [key: string]: unknown };
// CommonJS without named exports that Node can see.
const standaloneCode = createRequire(import.meta.url)("ajv/dist/standalone").default as (
  ajv: Ajv2020,
  names: Record<string, string>,
) => string;

const folder = "src/core/action/written";
const names = ["action", "rota", "overlay"] as const;
const read = (name: string): Schema => JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8"));
const schemas = names.map(read);

/** Keywords that say which keys go together add nothing to a type but noise. */
function forTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forTypes);
  if (value === null || typeof value !== "object") return value;
  const schema = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, forTypes(item)]),
  ) as Schema;
  const onlyRequired = (branch: unknown) => Object.keys(branch as Schema).every((key) => key === "required");
  if (Array.isArray(schema.oneOf) && schema.oneOf.every(onlyRequired)) delete schema.oneOf;
  // A schema without constraints is any value, not any object.
  if (typeof schema.description === "string" && Object.keys(schema).length === 1) schema.tsType = "unknown";
  if (typeof schema.$ref === "string") {
    schema.$ref = schema.$ref.replace(/^[a-z]+\.schema\.json/, "");
    return { $ref: schema.$ref };
  }
  return schema;
}

/** All forms in one file, so that a shared definition has one type. */
async function types(): Promise<string> {
  const definitions = Object.assign({}, ...schemas.map((schema) => schema.$defs));
  const roots = Object.fromEntries(
    schemas.map(({ $defs, $id, $schema, ...root }) => [`${String(root.title)}`, root]),
  );
  const all = forTypes({
    title: "Written",
    type: "object",
    $defs: { ...definitions, ...roots },
  }) as JSONSchema;
  const text = await compile(all, "Written", {
    bannerComment: "// Made from schemas/ by tools/generate.ts. Do not edit.",
    additionalProperties: true,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    format: true,
  });
  return text
    .replace(/\/\*\*\n \* This (interface|type) was referenced[\s\S]*?\*\/\n/g, "")
    .replace(/ \*\n \* This interface was referenced by[\s\S]*?\*\//g, " */")
    .replace(/export interface Written \{[\s\S]*?\n\}\n/, "");
}

/** What editors show is of no use to a validator: 60 % less to load at each start. */
function withoutHelp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHelp);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(
    ([key, item]) =>
      !(["title", "description"].includes(key) && typeof item === "string") &&
      !(key === "examples" && Array.isArray(item)),
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutHelp(item)]));
}

/** One ES module with a function per form; errors carry the schema that failed, for its own sentence. */
function validators(): string {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    messages: false,
    discriminator: true,
    inlineRefs: false,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    code: { source: true, esm: true },
  });
  ajv.addVocabulary(["errorMessage", "errorCode"]);
  for (const schema of schemas) ajv.addSchema(withoutHelp(schema) as Schema);
  const code = standaloneCode(ajv, {
    validateAction: "action.schema.json",
    validateRota: "rota.schema.json",
    validateOverlay: "overlay.schema.json",
  });
  const imports: string[] = [];
  const body = code.replace(
    /const (\w+) = require\("(ajv\/dist\/runtime\/\w+)"\)\.default;/g,
    (_, name, path) => {
      imports.push(`import ${name}Module from "${path}.js";`);
      // CommonJS: some loaders hand over its default export, some the module.
      return `const ${name} = ${name}Module.default ?? ${name}Module;`;
    },
  );
  return [
    "// Made from schemas/ by tools/generate.ts. Do not edit.",
    ...imports,
    body.replace('"use strict";', ""),
    "",
  ].join("\n");
}

const files: readonly (readonly [path: string, text: string])[] = [
  [`${folder}/written.generated.ts`, await types()],
  [`${folder}/validate.generated.js`, validators()],
];
const stale = files.filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) process.stderr.write(`stale: ${path} (run npm run generate)\n`);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const [path, text] of stale) {
  writeFileSync(path, text);
  process.stdout.write(`wrote ${path}\n`);
}
