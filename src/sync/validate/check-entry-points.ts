import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Issue } from "../../core/action/issue.ts";

/** A Python file whose `main` is looked for. */
export interface EntryPoint {
  /** Path from the repository's root. */
  readonly file: string;
  /** "step": a script of a runbook, called like a real-time action. */
  readonly type: "scheduled" | "realtime" | "step";
  readonly bytes: Uint8Array;
}

/** What the child answers for one problem. */
interface Found {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Milliseconds for all files together; 10,000 take some seconds. */
const longestCheck = 120_000;

const script = fileURLToPath(new URL("./check_entry_points.py", import.meta.url));

/** Python, started and waiting for files to look into. */
export interface EntryPointCheck {
  /** The problems of all entry points; asked once. */
  check(entries: readonly EntryPoint[]): Promise<readonly Issue[]>;
  /** Ends the child where nothing was asked; idempotent. */
  stop(): void;
}

/**
 * Starts one child process that looks into Python files with Python's own parser and never runs their code; started
 * before there is anything to ask, it is ready when there is (10 ms of its own start-up). Without a Python, or with
 * one that cannot be used, one warning says so. Node's own spawn: loading execa costs more than everything else that
 * `rota validate` does (55 ms).
 */
export function startEntryPointCheck(python: string | undefined): EntryPointCheck {
  const child = python === undefined ? undefined : startChild(python);
  return {
    async check(entries) {
      if (entries.length === 0) return [];
      if (child === undefined) return [unchecked(entries, "no python3 was found")];
      const question = Buffer.concat(
        entries.flatMap(({ file, type, bytes }) => [
          Buffer.from(`${type} ${Buffer.from(file).toString("hex")} ${bytes.byteLength}\n`),
          bytes,
        ]),
      );
      const answer = await child.ask(question);
      return typeof answer === "string" ? [unchecked(entries, answer)] : toIssues(answer, entries);
    },
    stop: () => child?.stop(),
  };
}

function toIssues(answer: readonly Found[], entries: readonly EntryPoint[]): readonly Issue[] {
  const sources = new Map(entries.map(({ file, bytes }) => [file, bytes]));
  return answer.map(({ file, line, column, end, code, message, hint }) => ({
    code,
    severity: "error",
    message,
    file,
    line,
    column,
    endColumn: end,
    source: lineOf(sources.get(file), line),
    hint: hint ?? undefined,
  }));
}

function startChild(python: string) {
  const child = spawn(python, ["-I", "-S", script], {
    stdio: ["pipe", "pipe", "ignore"],
    // A version manager's shim is a shell script; nothing else of ours is the child's business.
    env: { PATH: process.env.PATH },
    timeout: longestCheck,
    killSignal: "SIGKILL",
  });
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stdin.on("error", () => {}); // the child ended early: its exit code tells
  /** The problems, or why there is no answer. */
  const answer = new Promise<readonly Found[] | string>((resolve) => {
    child.once("error", (error) =>
      resolve(`${python} cannot be started (${(error as NodeJS.ErrnoException).code})`),
    );
    child.once("close", (code) => {
      if (code !== 0) return resolve(`${python} ended with ${code ?? "a signal"}`);
      resolve(JSON.parse(Buffer.concat(out).toString("utf8")) as readonly Found[]);
    });
  });
  return {
    ask: (question: Uint8Array) => {
      child.stdin.end(question);
      return answer;
    },
    // Without a question it reads to the end, finds nothing and goes.
    stop: () => void child.stdin.end(),
  };
}

const unchecked = ([first]: readonly EntryPoint[], why: string): Issue => ({
  code: "PYTHON_UNCHECKED",
  severity: "warning",
  message: `Python files were not checked: ${why}`,
  file: first?.file ?? "",
  line: 1,
  column: 1,
  source: undefined,
  hint: "install Python 3.8 or newer, or name one in ROTA_PYTHON",
});

const lineOf = (bytes: Uint8Array | undefined, line: number): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes).split(/\r\n|\r|\n/)[line - 1];
