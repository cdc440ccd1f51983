import type { Project } from "../../core/action/parse-project.ts";
import { canonicalJson, type JsonObject, sha256 } from "../../core/json.ts";
import type { DesiredItem } from "../../core/plan/plan.ts";

/**
 * The service accounts that rota.yaml declares, as items. E-mails are in lower case, as servers keep them;
 * one that is declared twice has all its permissions. Those are sorted: their order means nothing.
 */
export const accountItems = ({ serviceAccounts }: Project): readonly DesiredItem[] =>
  [...Map.groupBy(Object.entries(serviceAccounts), ([email]) => email.toLowerCase())].map(
    ([name, declared]) => {
      const fields = { permissions: sorted(declared.flatMap(([, { permissions }]) => permissions)) };
      return {
        kind: "service-account",
        name,
        digest: sha256(canonicalJson(fields)),
        fields,
        code: undefined,
        serviceAccount: undefined,
        file: "rota.yaml",
        protect: false,
      };
    },
  );

const sorted = (
  permissions: readonly { readonly object: string; readonly permission: string }[],
): readonly JsonObject[] => {
  const byText = new Map(
    permissions.map(({ object, permission }) => {
      const plain = { object, permission };
      return [canonicalJson(plain), plain] as const;
    }),
  );
  return [...byText.keys()].sort().map((key) => byText.get(key) as JsonObject);
};
