import type { Action } from "../../core/action/action.ts";
import type { Path, Problem } from "../../core/action/problem.ts";
import { hasTemplate } from "../../core/expression/template.ts";
import type { Json, JsonObject } from "../../core/json.ts";

/** A value that a manifest writes for a parameter. */
interface Given {
  readonly name: string;
  readonly value: Json;
  readonly path: Path;
}

/**
 * Values that an action writes for its own parameters (defaults, what schedules, alerts and events give) against the
 * parameters' schemas, as a run would check them. The schema library is loaded only where there is such a value.
 */
export async function checkParameters(action: Action): Promise<readonly Problem[]> {
  const given = [...defaultsOf(action), ...linksOf(action)];
  if (given.length === 0) return [];
  const [{ Ajv2020 }, formats, { linearPatterns }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("ajv-formats").then(({ default: add }) => add.default),
    import("../../core/expression/linear-patterns.ts"),
  ]);
  const ajv = new Ajv2020({ strict: false, logger: false, verbose: false, code: { regExp: linearPatterns } });
  formats(ajv);
  return given.flatMap((one) => problemOf(ajv, action.parameters[one.name] as JsonObject, one));
}

type Ajv = InstanceType<typeof import("ajv/dist/2020.js")["Ajv2020"]>;

function problemOf(ajv: Ajv, schema: JsonObject, { name, value, path }: Given): Problem[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  const [error] = validate.errors ?? [];
  const inside = error?.instancePath ? ` (at ${error.instancePath})` : "";
  return [
    {
      code: "PARAMETER_VALUE",
      path,
      message: `this value is not what the parameter "${name}" allows: it ${error?.message ?? "is not valid"}${inside}`,
    },
  ];
}

const defaultsOf = ({ parameters }: Action): Given[] =>
  Object.entries(parameters).flatMap(([name, schema]) =>
    schema.default === undefined
      ? []
      : [{ name, value: schema.default, path: ["parameters", name, "default"] }],
  );

const linksOf = (action: Action): Given[] => [
  ...valuesOf(action, action.schedule?.parameters, ["schedule", "parameters"]),
  ...action.alerts.flatMap((link, index) =>
    valuesOf(action, link.parameters, ["alerts", index, "parameters"]),
  ),
  ...action.events.flatMap((link, index) =>
    valuesOf(action, link.parameters, ["events", index, "parameters"]),
  ),
];

/** What a template comes to is known when it runs. */
const valuesOf = ({ parameters }: Action, values: JsonObject | undefined, path: Path): Given[] =>
  Object.entries(values ?? {})
    .filter(([name, value]) => Object.hasOwn(parameters, name) && !hasTemplate(JSON.stringify(value)))
    .map(([name, value]) => ({ name, value, path: [...path, name] }));
