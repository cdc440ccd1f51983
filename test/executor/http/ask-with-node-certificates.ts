// Started by tls.test.ts with NODE_EXTRA_CA_CERTS, which Node reads once: asks the address that it is given.
import { createExecutor } from "../../../src/executor/index.ts";
import { ask } from "./ask-once.ts";

const executor = createExecutor({ dataDir: "/nowhere/at/all" });
const { outcome } = await ask(executor, process.argv[2] as string);
process.stdout.write(outcome.reason ?? outcome.end);
