/** A server of its own that prepares one bundle: node prepare.ts DATA_DIR BUNDLE WHEELS */
import { createExecutor } from "../../../src/executor/index.ts";

const [dataDir = "", bundle = "", wheels = ""] = process.argv.slice(2);
const variables = { PATH: "/usr/bin:/bin", PIP_NO_INDEX: "1", ROTA_PIP_FIND_LINKS: wheels };
const executor = createExecutor({ dataDir, variables });
let lines = 0;
const { folder } = await executor.environments.prepare(bundle, new AbortController().signal, () => {
  lines += 1;
});
await executor.stop();
process.send?.({ folder, lines }, () => process.disconnect?.());
