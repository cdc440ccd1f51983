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

/**
 * Checks all entry points with Python's own parser, in one child process that never runs their code. Without a
 * Python, or with one that cannot be used, one warning says so. Node's own spawn: loading execa costs more than
 * everything else that `rota validate` does.
 */
export async function checkEntryPoints(
  entries: readonly EntryPoint[],
  python: string | undefined,
): Promise<readonly Issue[]> {
  if (entries.length === 0) return [];
  if (python === undefined) return [unchecked(entries, "no python3 was found")];
  const question = JSON.stringify(
    entries.map(({ file, type, bytes }) => ({ file, type, source: Buffer.from(bytes).toString("base64") })),
  );
  const answer = await ask(python, question);
  if (typeof answer === "string") return [unchecked(entries, answer)];
  const lines = new Map(entries.map(({ file, bytes }) => [file, bytes]));
  return answer.map(({ file, line, column, end, code, message, hint }) => ({
    code,
    severity: "error",
    message,
    file,
    line,
    column,
    endColumn: end,
    source: lineOf(lines.get(file), line),
    hint: hint ?? undefined,
  }));
}

/** The problems, or why there is no answer. */
function ask(python: string, question: string): Promise<readonly Found[] | string> {
  return new Promise((resolve) => {
    const child = spawn(python, ["-I", "-S", script], {
      stdio: ["pipe", "pipe", "ignore"],
      // A version manager's shim is a shell script; nothing else of ours is the child's business.
      env: { PATH: process.env.PATH },
      timeout: longestCheck,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    child.once("error", (error) =>
      resolve(`${python} cannot be started (${(error as NodeJS.ErrnoException).code})`),
    );
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stdin.on("error", () => {}); // the child ended early: its exit code tells
    child.once("close", (code) => {
      if (code !== 0) return resolve(`${python} ended with ${code ?? "a signal"}`);
      resolve(JSON.parse(Buffer.concat(out).toString("utf8")) as readonly Found[]);
    });
    child.stdin.end(question);
  });
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
