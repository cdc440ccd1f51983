import { expect, test } from "vitest";
import { bytes, MiB, sh } from "../../executor/world.ts";
import type { UnderTest } from "./under-test.ts";

/** What the port promises of a command line. */
export function shellContract({ executor, bundle }: UnderTest): void {
  test.concurrent("a command line: its lines, its exit code, its measures", async () => {
    const { outcome, lines } = await sh(executor, "echo one; echo two >&2; printf three");
    expect(lines.toSorted()).toEqual(["stderr: two", "stdout: one", "stdout: three"]);
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined, exitCode: 0, result: undefined });
    expect(outcome.peakMemory).toBeGreaterThan(0);
    expect(outcome.cpuTime).toBeGreaterThanOrEqual(0);
  });

  test.concurrent("is one argument: no value is ever spliced into it, and none is read as an option", async () => {
    const EVIL = `'; echo spliced; "$(echo spliced)" \`echo spliced\` \n#`;
    const { lines } = await sh(executor, `printf '%s' "$EVIL"`, { env: { EVIL } });
    expect(lines).toEqual(EVIL.split("\n").map((line) => `stdout: ${line}`));
    const dash = await sh(executor, "-x; echo after");
    expect(dash.outcome.end).toBe("succeeded");
    expect(dash.lines).toContain("stdout: after");
  });

  test.concurrent("its standard input is the input, and its environment what is given and no more", async () => {
    const { lines } = await sh(executor, "tr a-z A-Z; env | sed 's/=.*//' | sort | tr '\\n' ' '; echo", {
      input: bytes("hello\nworld\n"),
      env: { MINE: "1" },
    });
    expect(lines.slice(0, 2)).toEqual(["stdout: HELLO", "stdout: WORLD"]);
    const own = ["HOME", "LANG", "MINE", "PATH", "PWD", "ROTA_EXECUTION", "ROTA_OUTPUT", "TMPDIR"];
    expect(lines[2]?.trim()).toBe(`stdout: ${own.join(" ")}`);
  });

  test.concurrent("it has no descriptor besides its three", async () => {
    const { lines } = await sh(
      executor,
      "for n in 3 4 5 6 7 8 9; do [ -e /dev/fd/$n ] && echo $n; done; true",
    );
    expect(lines).toEqual([]);
  });

  test.concurrent("lines of $ROTA_OUTPUT are the result, whoever of its children writes them", async () => {
    const { outcome } = await sh(
      executor,
      `echo a=1 >> "$ROTA_OUTPUT"; (sh -c 'printf "b=é\\0\\n" >> "$ROTA_OUTPUT"' 3<&- 4<&-); echo to log`,
    );
    expect(outcome.end).toBe("succeeded");
    expect(Buffer.from(outcome.result ?? []).toString()).toBe("a=1\nb=é\0\n");
    const failed = await sh(executor, `echo a=1 >> "$ROTA_OUTPUT"; exit 1`);
    expect(failed.outcome).toMatchObject({ end: "failed", result: undefined });
  });

  test.concurrent("more of it than the limit on output is told apart", async () => {
    const { outcome } = await sh(executor, `head -c 2000000 /dev/zero > "$ROTA_OUTPUT"`, {
      limits: { output: MiB },
    });
    expect(outcome).toMatchObject({
      end: "output_limit",
      reason: "It wrote more than 1 MiB to $ROTA_OUTPUT (resources.output).",
      result: undefined,
    });
  });

  test.concurrent("a bundle is read-only and found by $ROTA_BUNDLE; the command starts in a folder of its own", async () => {
    const folder = bundle({ "run.sh": "echo from the bundle $1\n" });
    const { lines, outcome } = await sh(
      executor,
      `sh "$ROTA_BUNDLE/run.sh" yes; [ "$(pwd -P)" = "$(cd "$HOME" && pwd -P)" ] && echo > mine && ls mine; id -u > id`,
      { bundle: folder },
    );
    expect(outcome.end).toBe("succeeded");
    expect(lines).toEqual(["stdout: from the bundle yes", "stdout: mine"]);
    const gone = await sh(executor, "echo x", { bundle: `${folder}/gone` });
    expect(gone.outcome.end).toBe("not_started");
  });

  const endings: readonly (readonly [name: string, command: string, expected: object])[] = [
    ["exit 3", "exit 3", { end: "failed", reason: "Exit code 3.", exitCode: 3 }],
    [
      "a command that is not there",
      "no_such_command",
      { end: "failed", reason: "Exit code 127: a command was not found.", exitCode: 127 },
    ],
    ["a syntax error", "if then", { end: "failed", reason: "Exit code 2.", exitCode: 2 }],
    [
      "a crash of itself",
      "kill -SEGV $$",
      {
        end: "failed",
        reason: "The shell was ended by SIGSEGV: it crashed, because it used memory that is not its own.",
        signal: "SIGSEGV",
        exitCode: undefined,
      },
    ],
    [
      "a crash of its last command",
      "sh -c 'kill -SEGV $$'; exit $?",
      {
        end: "failed",
        reason:
          "Exit code 139: its last command was ended by SIGSEGV: it crashed, because it used memory that is not its own.",
        exitCode: 139,
      },
    ],
    [
      "a kill from outside",
      "kill -KILL $$",
      {
        end: "failed",
        reason:
          "The shell was ended by SIGKILL, which Rota did not send: it killed itself, or somebody on the machine did.",
        signal: "SIGKILL",
      },
    ],
    [
      "a NUL in it",
      "echo a\0b",
      { end: "not_started", reason: "The program could not be started: embedded null byte" },
    ],
    ["nothing at all", "", { end: "succeeded", exitCode: 0 }],
  ];
  test.concurrent.each(endings)("%s", async (_, command, expected) => {
    expect((await sh(executor, command)).outcome).toMatchObject(expected);
  });

  test.concurrent("a timeout ends all of it, after asking", async () => {
    const { outcome, lines } = await sh(executor, "trap 'echo bye; exit 7' TERM; sleep 600 & wait", {
      limits: { timeout: 2_500, grace: 5_000 },
    });
    expect(lines).toEqual(["stdout: bye"]);
    expect(outcome).toMatchObject({ end: "timed_out", exitCode: 7, result: undefined });
  });

  test.concurrent("what it forges on a runner's channel is no report", async () => {
    const { outcome } = await sh(executor, `(echo 'R' >&5) 2>/dev/null; exit 4`);
    expect(outcome).toMatchObject({ end: "failed", reason: "Exit code 4." });
  });
}
