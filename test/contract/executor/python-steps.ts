import { expect, test } from "vitest";
import { bytes, execute, MiB } from "../../executor/world.ts";
import type { UnderTest } from "./under-test.ts";

/** What the port promises of a Python file that is a step of a runbook. */
export function pythonStepsContract({ executor, bundle }: UnderTest): void {
  const step = (files: Partial<Record<string, string>>, file: string, input = "{}") =>
    execute(executor, bundle(files as Record<string, string>), { entry: "step", file, input: bytes(input) });

  test.concurrent("main(data, logger) of its file gets the run so far, and may answer anything", async () => {
    const code =
      "def main(data, logger):\n    logger.info('at %s', data['at'])\n    return {'seen': data, 'name': __name__}\n";
    const { result, lines, outcome } = await step({ "report.py": code }, "report.py", '{"at":"é"}');
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined });
    expect(result).toEqual({ seen: { at: "é" }, name: "report" });
    expect(lines).toEqual(["info: at é"]);
  });

  test.concurrent.each([
    ["7", 7],
    ["'text'", "text"],
    ["[1, None]", [1, null]],
    ["False", false],
    ["None", undefined],
    ["exit()", undefined],
  ])("it may answer %s", async (value, expected) => {
    const { result, outcome } = await step({ "a.py": `def main(data, logger): return ${value}\n` }, "a.py");
    expect(outcome).toMatchObject({ end: "succeeded", reason: undefined });
    expect(result).toEqual(expected);
  });

  test.concurrent.each([
    ["object()", "Object of type object is not JSON serializable"],
    ["{'x': float('nan')}", "NaN or infinity, which JSON does not have"],
    ["{'x': '\\ud800'}", "text with a lone surrogate, which is no valid Unicode"],
  ])("it fails with a sentence where it answers %s", async (value, reason) => {
    const { outcome } = await step({ "a.py": `def main(data, logger): return ${value}\n` }, "a.py");
    expect(outcome).toMatchObject({
      end: "failed",
      reason: `main() returned a value that is not JSON: ${reason}`,
      result: undefined,
    });
  });

  test.concurrent("an answer beyond the limit on output is told apart", async () => {
    const { outcome } = await execute(
      executor,
      bundle({ "a.py": "def main(data, logger): return 'x' * 2_000_000\n" }),
      {
        entry: "step",
        file: "a.py",
        input: bytes("{}"),
        limits: { output: MiB },
      },
    );
    expect(outcome).toMatchObject({ end: "output_limit", result: undefined });
  });

  test.concurrent("it imports from its own folder and from the action's, and needs no main.py", async () => {
    const { result } = await step(
      {
        "shared.py": "VALUE = 'shared'\n",
        "steps/near.py": "VALUE = 'near'\n",
        "steps/deep/report.v2.py":
          "import shared, steps.near\ndef main(data, logger): return [shared.VALUE, steps.near.VALUE]\n",
        "steps/report.py": "import near, shared\ndef main(data, logger): return [near.VALUE, shared.VALUE]\n",
      },
      "steps/report.py",
    );
    expect(result).toEqual(["near", "shared"]);
    const deep = await step(
      {
        "shared.py": "VALUE = 'shared'\n",
        "steps/near.py": "VALUE = 'near'\n",
        "steps/deep/report.v2.py":
          "import shared, steps.near\ndef main(data, logger): return [shared.VALUE, steps.near.VALUE]\n",
      },
      "steps/deep/report.v2.py",
    );
    expect(deep.result).toEqual(["shared", "near"]);
  });

  test.concurrent("it is not the program __main__, but the module that an import of it means", async () => {
    const { result } = await step(
      {
        "main.py": "raise SystemExit('main.py is not asked')\n",
        "other.py": "import report\nPoint = report.Point\n",
        "report.py": [
          "import dataclasses, multiprocessing, pickle, sys",
          "if __name__ == '__main__': raise SystemExit('run as a program')",
          "@dataclasses.dataclass",
          "class Point:",
          "    x: 'int'",
          "def square(number): return number * number",
          "def main(data, logger):",
          "    import other",
          "    with multiprocessing.get_context('spawn').Pool(1) as pool:",
          "        squares = pool.map(square, [2, 3])",
          "    copy = pickle.loads(pickle.dumps(Point(5)))",
          "    return [copy.x, other.Point is Point, squares, sys.argv[0].endswith('/report.py')]",
        ].join("\n"),
      },
      "report.py",
    );
    expect(result).toEqual([5, true, [4, 9], true]);
  });

  test.concurrent.each([
    "os.py",
    "sys.py",
    "json.py",
    "messages.py",
    "__main__.py",
    "a b.py",
    "a.b.py",
    "main.py",
  ])("it may be called %s", async (file) => {
    const code =
      "import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: 'int'\ndef main(data, logger):\n    print('said')\n    return P(data['x']).x\n";
    const { result, lines } = await step({ [file]: code }, file, '{"x":5}');
    expect(result).toBe(5);
    expect(lines).toEqual(["stdout: said"]);
  });

  test.concurrent.each([
    {
      name: "that is missing",
      files: { "main.py": "" },
      reason: /^steps\/a\.py is missing$/,
    },
    {
      name: "without main",
      files: { "steps/a.py": "x = 1\n" },
      reason: /^steps\/a\.py does not define a function main\(\)$/,
    },
    {
      name: "that raises",
      files: { "steps/a.py": "def main(data, logger):\n    1 / 0\n" },
      reason: /^ZeroDivisionError: division by zero \(steps\/a\.py:2\)$/,
    },
    {
      name: "that cannot be parsed",
      files: { "steps/a.py": "x = 1\ndef main(:\n" },
      reason: /^SyntaxError: invalid syntax.* \(steps\/a\.py:2\)$/,
    },
  ])("a file $name is told by its own name", async ({ files, reason }) => {
    const { outcome } = await step(files, "steps/a.py");
    expect(outcome).toMatchObject({ end: "failed", reason: expect.stringMatching(reason) });
  });

  test.concurrent.each([
    "../a.py",
    "/etc/a.py",
    "steps/../../a.py",
    "steps//a.py",
    "./a.py",
    "..\\a.py",
    "a.py\0.py",
    "a.sh",
    "",
  ])("%j is never opened", async (file) => {
    const { outcome } = await step({ "a.py": "def main(data, logger): pass\n" }, file);
    expect(outcome).toMatchObject({
      end: "not_started",
      reason: `"${file}" is no Python file of the action's folder: name one by its path in there, as in "steps/report.py".`,
    });
  });
}
