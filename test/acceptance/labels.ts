/*
 * A test that may run: `it("…"`, `it.each(list)("…"`, and the end of a table, `])("…"`. What begins a line with `//`,
 * `it.skip` and `it.todo` does not.
 */
const test =
  /^[ \t]*(?:it|it\.(?:each|for|skipIf|runIf|concurrent|sequential)\b.*\)|\]\))\(\s*(["'`])(.*?)(?<!\\)\1/gm;

/** Titles of the tests of a source, as they are written, but of those that are left out. */
export const titles = (source: string): readonly string[] =>
  [...source.matchAll(test)].map(([, , title = ""]) => title);

const group = /(?:^|[,;] (?:[a-z ]+, )?|: [a-z ]+, )([A-Z]\d{1,2}(?:(?:,| to| and|) [A-Z]\d{1,2})*): /g;

/** The items that a title begins with, and those that it names before further colons: "J2: daily, J3: starts". */
export function labelsOf(title: string): readonly string[] {
  if (!/^[A-Z]\d{1,2}(?:(?:,| to| and|) [A-Z]\d{1,2})*: /.test(title)) return [];
  const labels: string[] = [];
  for (const [, named = ""] of title.matchAll(group))
    for (const part of named.split(/,? and |, | (?!to\b|[A-Z]\d+ to)(?=[A-Z]\d)(?<!to )/))
      labels.push(...rangeOf(part));
  return labels;
}

function rangeOf(part: string): readonly string[] {
  const [, letter = "", from = "", last = "", to = ""] = /^([A-Z])(\d+) to ([A-Z])(\d+)$/.exec(part) ?? [];
  if (letter === "" || letter !== last) return part.split(" ");
  return Array.from(
    { length: Number(to) - Number(from) + 1 },
    (_, index) => `${letter}${Number(from) + index}`,
  );
}
