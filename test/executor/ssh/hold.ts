/** A process that holds commands on another machine, to be killed: hold.ts DATA_DIR COUNT TOKEN, and JSON on its input. */
import { text } from "node:stream/consumers";
import { createExecutor } from "../../../src/executor/index.ts";

const [dataDir = "", count = "1", token = ""] = process.argv.slice(2);
const { target, command } = JSON.parse(await text(process.stdin));
const executor = createExecutor({ dataDir });
let up = 0;
async function* nothing() {}
for (let index = 0; index < Number(count); index++)
  void executor
    .execute(
      {
        run: "one",
        program: { kind: "shell", command, bundle: undefined },
        place: { kind: "ssh", target },
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
        output: async (chunk) => {
          if (chunk.text === "up" && ++up === Number(count)) process.stdout.write("all up\n");
        },
      },
    )
    .then((outcome) => process.stdout.write(`ended ${JSON.stringify(outcome)}\n`));
