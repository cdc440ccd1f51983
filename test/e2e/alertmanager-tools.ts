import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

export interface AlertmanagerTools {
  readonly alertmanager: string;
  readonly amtool: string;
}

/** Alertmanager and its `amtool`, beside one another: that of ROTA_ALERTMANAGER, else one on the path. */
export function alertmanagerTools(): AlertmanagerTools | undefined {
  const named = process.env.ROTA_ALERTMANAGER;
  if (named !== undefined && named !== "") {
    const tools = { alertmanager: named, amtool: join(dirname(named), "amtool") };
    for (const file of Object.values(tools))
      if (!existsSync(file))
        throw new Error(`ROTA_ALERTMANAGER names an Alertmanager, but there is no ${file}`);
    return tools;
  }
  // Debian's has another name.
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => ["alertmanager", "prometheus-alertmanager"].map((name) => join(folder, name)))
    .find((file) => existsSync(file) && existsSync(join(dirname(file), "amtool")));
  return found === undefined ? undefined : { alertmanager: found, amtool: join(dirname(found), "amtool") };
}
