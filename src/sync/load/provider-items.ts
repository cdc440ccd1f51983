import { canonicalProvider, providerDigest } from "../../core/action/canonical-provider.ts";
import type { Project } from "../../core/action/parse-project.ts";
import type { DesiredItem } from "../../core/plan/plan.ts";

/** The providers that rota.yaml declares, as items. */
export const providerItems = ({ providers }: Project): readonly DesiredItem[] =>
  Object.entries(providers).map(([name, provider]) => ({
    kind: "provider",
    name,
    digest: providerDigest(provider),
    fields: canonicalProvider(provider),
    code: undefined,
    serviceAccount: undefined,
    file: "rota.yaml",
    protect: false,
  }));
