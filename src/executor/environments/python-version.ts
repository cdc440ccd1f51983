/**
 * Whether the Python `version` ("3.11.7") is allowed by a `requires-python` such as ">=3.9,<4" (PEP 440, release
 * numbers). undefined: it is no version specifier.
 */
export function allowsPython(specifier: string, version: string): boolean | undefined {
  const actual = numbers(version);
  let allowed = true;
  for (const clause of specifier.split(",").map((part) => part.trim())) {
    if (clause === "") continue;
    const parts = /^(===|==|~=|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)*)(\.\*)?$/.exec(clause);
    if (!parts) return undefined;
    const [, operator = "", written = "", wildcard] = parts;
    if (wildcard && operator !== "==" && operator !== "!=") return undefined;
    allowed &&= holds(operator, actual, numbers(written), wildcard !== undefined);
  }
  return allowed;
}

function holds(operator: string, actual: number[], wanted: number[], wildcard: boolean): boolean {
  const order = compare(wildcard ? actual.slice(0, wanted.length) : actual, wanted);
  switch (operator) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "!=":
      return order !== 0;
    case "~=": {
      // ~=3.9.1 is >=3.9.1 and ==3.9.*
      const series = wanted.slice(0, -1);
      return series.length > 0 && order >= 0 && compare(actual.slice(0, series.length), series) === 0;
    }
    default:
      return order === 0;
  }
}

const numbers = (version: string) => version.split(".").map(Number);

/** Missing numbers count as zero: 3.9 is 3.9.0. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
