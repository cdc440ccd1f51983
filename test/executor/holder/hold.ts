/** A process that holds an executor with many running executions, to be killed: hold.ts DATA_DIR BUNDLE COUNT TOKEN [warm] */
import { createExecutor } from "../../../src/executor/index.ts";

const [dataDir = "", bundle = "", count = "1", token = "", warm = ""] = process.argv.slice(2);
const executor = createExecutor({ dataDir });
process.stdout.write(`level ${await executor.level()}\n`);
if (warm === "warm") await executor.warm(undefined);
let up = 0;
async function* nothing() {}
for (let index = 0; index < Number(count); index++)
  void executor
    .execute(
      {
        run: String(index),
        program: { kind: "python", entry: "scheduled", file: "main.py", bundle, environment: undefined },
        place: { kind: "sandbox" },
        env: { TOKEN: token },
        network: true,
        isolation: "best",
        keep: undefined,
        limits: {
          timeout: 600_000,
          grace: 5_000,
          memory: 2 ** 29,
          processes: 64,
          output: 2 ** 20,
          disk: 2 ** 20,
        },
      },
      {
        input: nothing(),
        signal: new AbortController().signal,
        output: async ({ text }) => {
          if (text === "up" && ++up === Number(count)) process.stdout.write("all up\n");
        },
      },
    )
    .then((outcome) => process.stdout.write(`ended ${JSON.stringify(outcome)}\n`));
