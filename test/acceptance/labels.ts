/*
 * A test that may run: `it("…"`, `it.each(list)("…"`, and the end of a table, `])("…"`. What begins a line with `//`,
 * `it.skip` and `it.todo` does not.
 */
const test =
  /^[ \t]*(?:it|it\.(?:each|for|skipIf|runIf|concurrent|sequential)\b.*\)|\]\))\(\s*(["'`])(.*?)(?<!\\)\1/gm;

/** Titles of the tests of a source, as they are written, but of those that are left out. */
export const titles = (source: string): readonly string[] =>
  [...source.matchAll(test)].map(([, , title = ""]) => title);

const label = String.raw`[A-Z]\d{1,2}`;
/** "C5, C6", "K3 K4", "E1 to E12", before a colon. */
const list = `${label}(?:(?:,| to| and|) ${label})*`;
/** At the beginning, and after a comma or a semicolon with a few words between: "J2: daily, J3: starts". */
const group = new RegExp(`(?:^|[,;] )(${list}): `, "g");

/** The items that a title begins with, and those that it names before further colons. */
export function labelsOf(title: string): readonly string[] {
  if (!new RegExp(`^${list}: `).test(title)) return [];
  const named = [...title.matchAll(group)].map(([, labels = ""]) => labels).join(" ");
  return [...named.matchAll(new RegExp(`(${label})(?: to (${label}))?`, "g"))].flatMap(
    ([, from = "", to = from]) => between(from, to),
  );
}

function between(from: string, to: string): readonly string[] {
  const [first, last] = [from, to].map((one) => Number(one.slice(1))) as [number, number];
  return Array.from({ length: last - first + 1 }, (_, index) => `${from[0]}${first + index}`);
}
