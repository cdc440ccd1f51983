import { styleText } from "node:util";
import { neutralise } from "./output/neutralise.ts";
import { readHiddenLine } from "./read-hidden-line.ts";

type Format = Parameters<typeof styleText>[0];

/** All that a command sees of the world around it: streams, environment, clock, the wish to stop. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder that relative paths count from. */
  readonly cwd: string;
  /** Prints lines of our own making to standard output. */
  out(text: string): void;
  /** Prints lines to standard error: progress, warnings, what a pipe must not swallow. */
  note(text: string): void;
  /** Prints bytes to standard output as they are: JSON, completion scripts. */
  raw(text: string): void;
  /** Colours text for standard output where that is a terminal (NO_COLOR and FORCE_COLOR are honoured). */
  style(format: Format, text: string): string;
  /** The same for standard error. */
  styleNote(format: Format, text: string): string;
  /** Someone sits there and can answer a question. */
  readonly interactive: boolean;
  /** Standard error is a terminal: a progress bar may move on it. */
  readonly live: boolean;
  /** Columns of standard output; 100 where it is no terminal. */
  readonly width: number;
  /** Standard input, whole. */
  input(): Promise<string>;
  /** Standard input is a terminal: whoever sits there is asked. */
  readonly asksInput: boolean;
  /** Standard input as it is; of a longer one the first `most` bytes. */
  bytes(most: number): Promise<Uint8Array>;
  /** Asks on standard error for one line, and shows nothing of it. */
  askHidden(question: string): Promise<string>;
  /** Asks a question on standard error; the answer without its newline. */
  ask(question: string): Promise<string>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted by the first SIGINT or SIGTERM; its reason is the signal's name. */
  readonly stop: AbortSignal;
  readonly debug: boolean;
}

/** The Io of this process. `cwd` is absolute. */
export function processIo(options: { cwd: string; debug: boolean; stop: AbortSignal }): Io {
  const { stdin, stdout, stderr, env } = process;
  const style = (stream: NodeJS.WriteStream) => (format: Format, text: string) =>
    styleText(format, text, { stream });
  return {
    env,
    cwd: options.cwd,
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    raw: (text) => void stdout.write(text),
    style: style(stdout),
    styleNote: style(stderr),
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    live: stderr.isTTY === true && env.TERM !== "dumb",
    width: stdout.columns ?? 100,
    input: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stdin) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks).toString("utf8");
    },
    asksInput: stdin.isTTY === true,
    bytes: async (most) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of stdin) {
        chunks.push(chunk as Uint8Array);
        size += (chunk as Uint8Array).length;
        if (size >= most) break;
      }
      return Buffer.concat(chunks).subarray(0, most);
    },
    askHidden: async (question) => {
      try {
        return await readHiddenLine(stdin, () => void stderr.write(neutralise(question)), options.stop);
      } finally {
        stderr.write("\n");
      }
    },
    ask: async (question) => {
      const { createInterface } = await import("node:readline/promises");
      const reader = createInterface({ input: stdin, output: stderr });
      try {
        return await reader.question(neutralise(question), { signal: options.stop });
      } finally {
        reader.close();
      }
    },
    now: () => Date.now(),
    stop: options.stop,
    debug: options.debug,
  };
}

/** How the person who is here starts the program: what a line to type next begins with. */
const programName = (io: Io): string => (io.env.npm_lifecycle_event === undefined ? "rota" : "npx rota");

/** Lines of commands with what each does behind it, for "Next:". */
export function commandLines(io: Io, lines: readonly (readonly [command: string, what: string])[]): string[] {
  const typed = lines.map(([command]) => command.replace(/^rota/, programName(io)));
  const width = Math.max(...typed.map(({ length }) => length));
  return typed.map((command, index) => `  ${command.padEnd(width)}  # ${lines[index]?.[1] ?? ""}`);
}
