import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/**
 * One line of a terminal, with nothing of it shown; keys that correct it work. Ctrl-C is the signal that it always is.
 * `ask` is called once nothing is shown any more, so that who answers at once is not seen either.
 * Rejects with AbortError when `stop` comes first; "" at the end of the input.
 */
export async function readHiddenLine(
  terminal: NodeJS.ReadStream,
  ask: () => void,
  stop: AbortSignal,
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: terminal, output: nowhere, terminal: true, historySize: 0 });
  reader.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const ended = new Promise<string>((resolve) => reader.once("close", () => resolve("")));
    const answer = reader.question("", { signal: stop });
    ask();
    return await Promise.race([answer, ended]);
  } finally {
    reader.close();
  }
}
