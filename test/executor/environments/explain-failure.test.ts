import { expect, test } from "vitest";
import { explainFailure } from "../../../src/executor/environments/explain-failure.ts";

const python = { executable: "/usr/bin/python3", version: "3.11.2", folders: [], platform: "linux-x86_64" };
const explain = (name: "uv" | "pip", text: string) =>
  explainFailure({
    installer: { name },
    python,
    lines: text.split("\n"),
    requirements: ["wanted>=1"],
    offline: false,
    sources: false,
  });

test.each([
  [
    "pip is missing",
    "pip",
    "/usr/bin/python3: No module named pip",
    /install uv, or pip for \/usr\/bin\/python3/,
  ],
  [
    "uv knows no such package",
    "uv",
    "  × No solution found when resolving dependencies:\n  ╰─▶ Because nosuch was not found in the package registry and you require\n      nosuch, we can conclude that your requirements are unsatisfiable.",
    /^The package nosuch could not be installed: no version of it fits Python 3\.11\.2 on linux-x86_64 as a wheel/,
  ],
  [
    "uv finds no such file in a folder",
    "uv",
    "  × No solution found when resolving dependencies:\n  ╰─▶ Because nosuch was not found in the provided package locations and you require nosuch, we can …",
    /^The package nosuch could not be installed: no version of it fits/,
  ],
  [
    "uv finds source packages only",
    "uv",
    "error: No solution found when resolving dependencies\n  Because docopt==0.6.2 has no\n  usable wheels and you require docopt==0.6.2, …",
    /^The package docopt==0\.6\.2 could not be installed: no version of it fits/,
  ],
  [
    "pip finds a contradiction",
    "pip",
    "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible",
    /^The packages contradict one another: Cannot install a==1 and b==2 because these/,
  ],
  [
    "uv finds a contradiction",
    "uv",
    "  × No solution found when resolving dependencies:\n  ╰─▶ Because a depends on c<1 and b depends on c>1, we can conclude …",
    /^The packages contradict one another: Because a depends on c<1 and b depends on c>1/,
  ],
  [
    "a source package cannot be built",
    "pip",
    "  error: subprocess-exited-with-error\n  ZeroDivisionError\nERROR: Failed to build wanted when getting requirements to build wheel",
    /^The package wanted could not be installed: it is a source package, and building it failed/,
  ],
  [
    "a file is not the one that was locked",
    "uv",
    "  × Failed to download `wanted==1.0`\n  ╰─▶ Hash mismatch for `wanted==1.0`",
    /^The package wanted\S* could not be installed: its file is not the one that was locked/,
  ],
  [
    "no network",
    "uv",
    "error: Failed to fetch: `http://index/simple/wanted/`\n  Caused by: dns error: failed to lookup",
    /^The package wanted could not be installed: the package index cannot be reached; it looks like there is no network/,
  ],
  [
    "anything else, without a password",
    "pip",
    "ERROR: 401 for http://someone:password@index/simple\n",
    /^The package wanted>=1 could not be installed by pip: 401 for http:\/\/index\/simple$/,
  ],
] as const)("%s", (_, installer, text, sentence) => {
  expect(explain(installer, text)).toMatch(sentence);
});
