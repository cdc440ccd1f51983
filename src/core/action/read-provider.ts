import type { Issue } from "./issue.ts";
import { normalizeProvider } from "./normalize-provider.ts";
import type { Provider } from "./provider.ts";
import { providerRules } from "./rules/project-rules.ts";
import { jsonLocator } from "./source/locate.ts";
import { schemaProblems } from "./written/schema-problems.ts";
import { validateRota } from "./written/validate.generated.js";
import type { WrittenProject, WrittenProvider } from "./written/written.generated.ts";

/**
 * A provider that came as JSON, canonical or not: through the same schema and rules as one of `rota.yaml`, but for
 * its jump, which may come later.
 */
export function readProvider(
  value: unknown,
  name: string,
):
  | { readonly ok: true; readonly provider: Provider }
  | { readonly ok: false; readonly issues: readonly Issue[] } {
  const project = { providers: Object.fromEntries([[name, value]]) };
  const structure = schemaProblems(validateRota, project);
  const problems =
    structure.length > 0
      ? structure
      : providerRules.flatMap((rule) => [...rule(project as unknown as WrittenProject)]);
  if (problems.length === 0) return { ok: true, provider: normalizeProvider(value as WrittenProvider) };
  const locator = jsonLocator("provider");
  return { ok: false, issues: problems.map((problem) => locator.issue(problem)) };
}
