import type { WireClient } from "../contract/wire/client.ts";
import { idOf, toForm, usualForm } from "../contract/wire/world.ts";
import { zip } from "../contract/wire/zip.ts";

/** Uploads an action as it is written in an `action.yaml`; with `id` the next version of one. Answers its id. */
export async function makeLive(
  client: Pick<WireClient, "request">,
  action: { readonly name: string; readonly type: string; readonly [field: string]: unknown },
  id?: string,
): Promise<string> {
  const { name, type } = action;
  const realtime = type === "realtime";
  const main = realtime ? "def main(data, logger):\n    return data\n" : "def main():\n    pass\n";
  const form = {
    ...usualForm(name, ""),
    description: undefined,
    environment_variables: undefined,
    service_account: action.serviceAccount as string | undefined,
    execution_details: realtime ? "service" : "repeat",
    cron_expr: undefined,
    file: zip({ "main.py": main }),
    action: JSON.stringify(action),
    id,
  };
  return idOf(await client.request("POST", "actions/upload", { form: toForm(form) }));
}
