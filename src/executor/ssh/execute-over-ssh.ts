import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Limits, Outcome } from "../../runs/ports/executor.ts";
import { bytesText } from "../end/amounts.ts";
import { type Io, leftBehind, readResult } from "../end/finish.ts";
import { cancelledEarly, lost, notStarted, outcomeOf } from "../end/outcome.ts";
import { shellEnding } from "../end/shell-ending.ts";
import type { Interpreter } from "../machine/interpreter.ts";
import type { EndMessage } from "../sandbox/messages.ts";
import { type Ended, runProgram } from "../sandbox/run-program.ts";
import type { SshTask } from "./admit-to-ssh.ts";
import { mostProcesses, ofClients, type SshConnection } from "./open-connection.ts";
import { readReport } from "./read-report.ts";

/** What the way there and back may take beyond the task's own grace before this side stops waiting. */
const way = 3_000;

/**
 * Runs a command line once on another machine, over a connection that is open. `ssh_program.py` is this side's end of
 * it, and what it reports is what came of the command there.
 */
export async function executeOverSsh(
  connection: SshConnection,
  python: Interpreter,
  task: SshTask,
  io: Io,
): Promise<Outcome> {
  const { keeper, folder, argv } = connection;
  const log = `log-${randomBytes(9).toString("hex")}`;
  const given = { argv: [...argv, "-E", log, "--", "target"], log };
  return runProgram(
    keeper,
    {
      ...ofClients,
      argv: [
        ...[python.executable, "-I", "-S", "-B"],
        ...[join(keeper.code, "ssh_program.py"), JSON.stringify(given)],
      ],
      env: {},
      limits: limitsOfClient(task.limits),
      task: undefined,
      home: folder,
      input: withHeader(task, io.input),
      result: true,
      descriptors: "runner",
      term: "program",
    },
    io,
    (ended) => finish(ended, connection, task, io),
  );
}

/** Its own needs are known; what the task may write and how long it may take is held to here. */
const limitsOfClient = ({ timeout, grace, output }: Limits): Limits => ({
  timeout,
  grace: grace + way,
  output,
  memory: 2 ** 29,
  processes: mostProcesses,
  disk: 2 ** 26 + output,
});

/** What the program is to do there, before the bytes of its input: in a file that only the server's user may read. */
async function* withHeader(task: SshTask, input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { grace, output } = task.limits;
  const header = Buffer.from(
    JSON.stringify({ command: task.program.command, env: task.env, grace, limit: output }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  yield length;
  yield header;
  yield* input;
}

async function finish(ended: Ended, connection: SshConnection, task: SshTask, io: Io): Promise<Outcome> {
  if (ended.kind === "aborted") return cancelledEarly();
  if (ended.kind === "unprepared") return notStarted(`The execution could not be prepared: ${ended.reason}`);
  if (ended.kind === "lost") return lost("The keeper of executions died while it ran.");
  const { message } = ended;
  const report = readReport(message.report, connection.target);
  if (report.kind === "unstarted" && message.cause === null && message.error === null)
    return notStarted(report.reason);
  const seen: EndMessage = {
    ...message,
    code: report.kind === "ended" ? report.code : null,
    signal: report.kind === "ended" ? report.signal : message.cause === null ? null : message.signal,
    starved: false, // by this machine
  };
  const outcome = {
    ...outcomeOf(seen, task.limits, undefined, (own) =>
      report.kind === "ended" ? shellEnding(own) : { end: "failed", reason: report.reason },
    ),
    peakMemory: undefined,
    cpuTime: undefined,
  };
  if (report.kind !== "ended") return outcome;
  if (report.left > 0 && message.cause === null) await io.output(leftBehind(report.left, io.clock()));
  if (outcome.end !== "succeeded") return outcome;
  const result = report.tooLong ? "too long" : await resultOf(report.result, ended.result, task.limits);
  if (result !== "too long") return { ...outcome, result };
  const reason = `It wrote more than ${bytesText(task.limits.output)} to $ROTA_OUTPUT (resources.output).`;
  return { ...outcome, end: "output_limit", reason };
}

const resultOf = async (has: boolean, file: string, { output }: Limits) =>
  has ? readResult(file, output) : undefined;
