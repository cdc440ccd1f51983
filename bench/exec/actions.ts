/*
 * The actions that are measured, as the files of a repository. The scheduled ones never fire by themselves
 * while a bench runs, and any number of them may run at once.
 */

const project = `scope: bench
serviceAccounts:
  bench@example.com:
    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]
environments:
  bench: { server: "http://127.0.0.1:5090" }
`;
const scheduled = `type: scheduled
schedule: { cron: "0 0 29 2 *" }
serviceAccount: bench@example.com
concurrency: { overlap: allow }
timeout: 1m
`;
const realtime = `type: realtime
serviceAccount: bench@example.com
resources: { memory: 2Gi, output: 64Mi }
`;

/** The program of a bare interpreter that does the same as the action fibo_N. */
export const fibonacci = (n: number): string => `def fibo(n):
    return n if n < 2 else fibo(n - 1) + fibo(n - 2)


def main():
    return fibo(${n})
`;

/** Does a little to each record, and gives all of them back. */
export const transform = `def main(data, logger):
    for record in data:
        record["level"] = record["level"].upper()
    return data
`;

/** Two sizes of work without packages, and records through main(data, logger). */
export const plainActions: Readonly<Record<string, string>> = {
  "rota.yaml": project,
  "actions/fibo_10/action.yaml": scheduled,
  "actions/fibo_10/main.py": fibonacci(10),
  "actions/fibo_33/action.yaml": scheduled,
  "actions/fibo_33/main.py": fibonacci(33),
  "actions/records/action.yaml": realtime,
  "actions/records/main.py": transform,
};

/** An action that imports `module` of the distribution `requirement`. */
export const importingAction = (requirement: string, module: string): Readonly<Record<string, string>> => ({
  "actions/importing/action.yaml": scheduled,
  "actions/importing/main.py": `import ${module}\n\n\ndef main():\n    return ${module}.__name__\n`,
  "actions/importing/pyproject.toml": `[project]\nname = "importing"\nversion = "1"\ndependencies = ["${requirement}"]\n`,
});
