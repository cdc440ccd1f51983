import ignore from "ignore";

/** Name of the file in an action's folder that says what is not part of its code; `.gitignore` syntax. */
export const ignoreFileName = ".rotaignore";

/** What editors, Python and desktops leave behind; `!name` in a `.rotaignore` takes one back in. */
const droppings = [
  "__pycache__/",
  "*.py[co]",
  ".pytest_cache/",
  ".mypy_cache/",
  ".ruff_cache/",
  ".venv/",
  ".git",
  ".DS_Store",
  "Thumbs.db",
  "*~",
  "*.sw[a-p]",
  ".#*",
  "#*#",
  ".idea/",
  ".vscode/",
];

/**
 * A test for paths relative to an action's folder: true where the file is not part of its code. The
 * `.rotaignore` itself never is. Matching is by case, as git does on Linux, so that a bundle is the
 * same on every machine.
 */
export function ignoreRules(rotaignore: string | undefined): (path: string) => boolean {
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(
    droppings.map((pattern) => pattern.replace(/^#/, "\\#")),
  );
  if (rotaignore !== undefined) rules.add(rotaignore.replace(/^\ufeff/, ""));
  return (path) => path === ignoreFileName || rules.ignores(path);
}
