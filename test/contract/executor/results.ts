import { expect, test } from "vitest";
import { bytes, execute, MiB } from "../../executor/world.ts";
import type { UnderTest } from "./under-test.ts";

interface Case {
  readonly name: string;
  readonly code: string;
  readonly entry?: "scheduled";
  readonly input?: string;
  readonly end: string;
  readonly reason: string | RegExp | undefined;
  readonly exitCode?: number;
  readonly signal?: string;
}
const main = (body: string) => `def main(data, logger):\n    ${body.replaceAll("\n", "\n    ")}\n`;

const cases: Case[] = [
  {
    name: "a value that is not JSON",
    code: main("return [1, {'a': object()}]"),
    end: "failed",
    reason: "main() returned a value that is not JSON at [1]: Object of type object is not JSON serializable",
  },
  {
    name: "NaN",
    code: main("return [{'x': float('nan')}]"),
    end: "failed",
    reason: "main() returned a value that is not JSON at [0]: NaN or infinity, which JSON does not have",
  },
  {
    name: "a lone surrogate",
    code: main("return ['\\ud800']"),
    end: "failed",
    reason:
      "main() returned a value that is not JSON at [0]: text with a lone surrogate, which is no valid Unicode",
  },
  {
    name: "a cyclic list",
    code: main("data.append(data)\nreturn data"),
    end: "failed",
    reason: "main() returned a value that is not JSON at [1]: a value that contains itself",
  },
  {
    name: "nesting without end",
    code: main("x = []\nfor _ in range(100000): x = [x]\nreturn x"),
    end: "failed",
    reason: "main() returned a value that is not JSON at [0]: a value that is nested too deeply",
  },
  {
    name: "a generator",
    code: main("yield 1"),
    end: "failed",
    reason:
      "main() returned a value of type generator; a real-time action returns a list; return list(...) instead",
  },
  {
    name: "nothing",
    code: main("pass"),
    end: "failed",
    reason: "main() returned None; a real-time action returns a list",
  },
  {
    name: "a dictionary",
    code: main("return {}"),
    end: "failed",
    reason: "main() returned a value of type dict; a real-time action returns a list",
  },
  {
    name: "an exception",
    code: main("x = 1\nreturn x / 0"),
    end: "failed",
    reason: "ZeroDivisionError: division by zero (main.py:3)",
    exitCode: 1,
  },
  {
    name: "an exception with an enormous message",
    code: main("raise ValueError('long ' * 10_000_000)"),
    end: "failed",
    reason: /^ValueError: (long )+.*… \(main\.py:2\)$/,
  },
  {
    name: "an exception whose message cannot be read",
    code: `class Bad(Exception):\n    def __str__(self): raise KeyError()\n${main("raise Bad()")}`,
    end: "failed",
    reason: "Bad: <its message could not be read> (main.py:4)",
  },
  {
    name: "a syntax error",
    code: "x = 1\ndef main(:\n",
    end: "failed",
    reason: /^SyntaxError: invalid syntax.* \(main\.py:2\)$/,
  },
  {
    name: "a module that is not there",
    code: "import requests_of_nobody\n",
    end: "failed",
    reason:
      "ModuleNotFoundError: No module named 'requests_of_nobody' (main.py:1). Packages are declared in pyproject.toml.",
  },
  { name: "no main", code: "x = 1\n", end: "failed", reason: "main.py does not define a function main()" },
  {
    name: "sys.exit(3)",
    code: main("import sys; sys.exit(3)"),
    end: "failed",
    reason: "sys.exit(3)",
    exitCode: 3,
  },
  {
    name: "sys.exit with a text",
    code: main("import sys; sys.exit('no luck')"),
    end: "failed",
    reason: "SystemExit: no luck (main.py:2)",
    exitCode: 1,
  },
  {
    name: "sys.exit() of a real-time action",
    code: main("exit()"),
    end: "failed",
    reason: "main() left by sys.exit() instead of returning a list",
  },
  {
    name: "sys.exit() of a scheduled action",
    code: "import sys\ndef main(): sys.exit()\n",
    entry: "scheduled",
    end: "succeeded",
    reason: undefined,
    exitCode: 0,
  },
  {
    name: "os._exit(0)",
    code: main("import os; os._exit(0)"),
    end: "failed",
    reason: "The process ended itself with exit code 0 before main() returned.",
    exitCode: 0,
  },
  {
    name: "os._exit at exit",
    code: `import atexit, os\natexit.register(lambda: os._exit(9))\n${main("return []")}`,
    end: "failed",
    reason: "The process ended itself with exit code 9 after main() had returned.",
    exitCode: 9,
  },
  {
    name: "a signal to itself",
    code: main("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
    end: "failed",
    reason:
      "The process was ended by SIGSEGV before main() returned: it crashed, because it used memory that is not its own.",
    signal: "SIGSEGV",
  },
  {
    name: "print to a closed stdout",
    code: main("import sys; sys.stdout.close()\nprint('x')"),
    end: "failed",
    reason: /^ValueError: .*closed file.* \(main\.py:3\)$/,
  },
  {
    name: "closing stdout and stderr and returning",
    code: main("import sys; sys.stdout.close(); sys.stderr.close()\nreturn [1]"),
    end: "succeeded",
    reason: undefined,
  },
  {
    name: "reading stdin",
    code: main("import sys; assert sys.stdin.read() == ''\nreturn [1]"),
    end: "succeeded",
    reason: undefined,
  },
  {
    name: "input that is not JSON",
    code: main("return data"),
    input: "[1,",
    end: "failed",
    reason: /^The input is not JSON: /,
  },
  {
    name: "MemoryError",
    code: main("x = bytearray(1 << 30)"),
    end: "out_of_memory",
    reason: "MemoryError (main.py:2): the limit is 512 MiB (resources.memory).",
  },
  {
    name: "KeyboardInterrupt",
    code: main("raise KeyboardInterrupt()"),
    end: "failed",
    reason: "KeyboardInterrupt (main.py:2)",
  },
  {
    name: "rubbish on the runner's own channel",
    code: main("import os; os.write(5, b'\\x00\\xff' * 50000); os.write(5, b'R\\x00\\x02{}')\nreturn []"),
    end: "failed",
    reason: "The process ended itself with exit code 0 before main() returned.",
  },
  {
    name: "a forged report",
    code: main(
      "import os; m = b'{\"end\":\"succeeded\",\"reason\":5}'\nos.write(5, b'R' + len(m).to_bytes(2, 'big') + m); os._exit(4)",
    ),
    end: "failed",
    reason: "The process ended itself with exit code 4 after main() had returned.",
  },
];

/** What main returns, raises and does to its process, each with its own end. */
export function resultsContract({ executor, bundle }: UnderTest): void {
  test.concurrent.each(cases)("$name", async ({ code, entry, input, ...expected }) => {
    const { outcome } = await execute(executor, bundle(code), {
      entry: entry ?? "realtime",
      input: bytes(input ?? "[1]"),
    });
    expect(outcome.end).toBe(expected.end);
    if (expected.reason instanceof RegExp) expect(outcome.reason).toMatch(expected.reason);
    else expect(outcome.reason).toBe(expected.reason);
    if (expected.exitCode !== undefined) expect(outcome.exitCode).toBe(expected.exitCode);
    if (expected.signal !== undefined) expect(outcome.signal).toBe(expected.signal);
    expect(outcome.reason?.length ?? 0).toBeLessThan(800);
  });

  test.concurrent("a result beyond the output limit is told apart", async () => {
    const { outcome } = await execute(executor, bundle(main("return ['x' * 1000] * 2000")), {
      entry: "realtime",
      limits: { output: MiB },
    });
    expect(outcome).toMatchObject({
      end: "output_limit",
      reason: "main() returned more than 1048576 bytes of JSON (resources.output)",
      result: undefined,
    });
  });

  test.concurrent("a text of 50 MB comes back whole where the limit lets it", async () => {
    const folder = bundle(main("return ['x' * 50_000_000]"));
    const entry = "realtime";
    const { outcome } = await execute(executor, folder, { entry, limits: { output: 64 * MiB } });
    expect(outcome).toMatchObject({ end: "succeeded" });
    expect(outcome.result?.length).toBe(50_000_004);
    const small = await execute(executor, folder, { entry });
    expect(small.outcome).toMatchObject({ end: "output_limit", result: undefined });
  });

  test.concurrent("a scheduled action may return anything; what is JSON is kept, the rest is said", async () => {
    const kept = await execute(executor, bundle("def main(): return {'sent': 7, 'text': 'é\\u2028'}"));
    expect(kept.result).toEqual({ sent: 7, text: "é\u2028" });
    const odd = await execute(executor, bundle("def main(): return {1, 2}"));
    expect(odd.outcome).toMatchObject({ end: "succeeded", result: undefined });
    expect(odd.lines).toEqual([
      "warning: main() returned a value that is not JSON: Object of type set is not JSON serializable; it is not kept",
    ]);
    expect((await execute(executor, bundle("def main(): pass"))).outcome.result).toBeUndefined();
  });

  test.concurrent("the traceback shows the action's own frames only", async () => {
    const folder = bundle({
      "main.py": "import deep\ndef main(): deep.go()\n",
      "deep.py": "def go():\n    raise OSError(5, 'no')\n",
    });
    const { outcome, lines } = await execute(executor, folder);
    expect(outcome.reason).toBe("OSError: [Errno 5] no (deep.py:2)");
    const text = lines.join("\n");
    expect(text).toMatch(
      /^stderr: Traceback \(most recent call last\):\nstderr: {3}File ".*main\.py", line 2, in main/,
    );
    expect(text).not.toMatch(/runner\.py|importlib/);
  });

  test.concurrent("100,000 records pass through as they are, never parsed on the way", async () => {
    // 1e400 and a duplicate key would not survive a JSON.parse and JSON.stringify in between.
    const record = `{"n":12345678901234567890,"text":"${"é".repeat(20)}"}`;
    async function* records() {
      yield Buffer.from("[");
      for (let index = 0; index < 1000; index++)
        yield Buffer.from((index ? "," : "") + Array(100).fill(record).join(","));
      yield Buffer.from("]");
    }
    const { outcome } = await execute(executor, bundle(main("assert len(data) == 100_000\nreturn data")), {
      entry: "realtime",
      input: records(),
      limits: { output: 20 * MiB },
    });
    expect(outcome).toMatchObject({ end: "succeeded" });
    const text = Buffer.from(outcome.result ?? []).toString();
    expect(text.length).toBeGreaterThan(5e6);
    expect(text.startsWith(`[${record},`)).toBe(true);
  });
}
