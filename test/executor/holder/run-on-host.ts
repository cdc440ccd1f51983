/** Runs `id -u` at place host, and prints the outcome: run-on-host.ts DATA_DIR [USER] */
import { createExecutor } from "../../../src/executor/index.ts";

const [dataDir = "", user] = process.argv.slice(2);
const executor = createExecutor({ dataDir, allowHost: true });
async function* nothing() {}
const outcome = await executor.execute(
  {
    run: "1",
    program: { kind: "shell", command: 'test "$(id -u)" = 65534', bundle: undefined },
    place: { kind: "host", user },
    env: {},
    network: true,
    isolation: "best",
    keep: undefined,
    limits: {
      timeout: 10_000,
      grace: 500,
      memory: 2 ** 29,
      processes: 64,
      output: 2 ** 20,
      disk: 2 ** 20,
    },
  },
  { input: nothing(), signal: new AbortController().signal, output: async () => undefined },
);
await executor.stop();
process.stdout.write(JSON.stringify(outcome));
