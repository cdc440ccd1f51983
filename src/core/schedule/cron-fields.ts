/** A written problem; `offset` counts UTF-16 units from the start of the text. */
export interface CronProblem {
  readonly ok: false;
  readonly problem: string;
  readonly offset: number;
}

export interface CronField {
  readonly text: string;
  readonly offset: number;
}

interface FieldRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** One list entry that is more than numbers, names, ranges and steps. */
  readonly special: RegExp | undefined;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The five fields in order. Sunday is 0 and 7. `L` last, `W` nearest weekday, `5#2` second Friday, `5L` last. */
const rules: readonly FieldRule[] = [
  { name: "minute", min: 0, max: 59, names: [], special: undefined },
  { name: "hour", min: 0, max: 23, names: [], special: undefined },
  { name: "day of month", min: 1, max: 31, names: [], special: /^(L|LW|(0?[1-9]|[12]\d|3[01])W)$/ },
  { name: "month", min: 1, max: 12, names: months, special: undefined },
  {
    name: "day of week",
    min: 0,
    max: 7,
    names: weekdays,
    special: /^([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]|#L)$/,
  },
];

/** The fields of a cron text with the place of each; blanks and tabs separate. */
export const splitFields = (text: string): CronField[] =>
  [...text.matchAll(/[^ \t]+/g)].map((match) => ({ text: match[0], offset: match.index }));

/**
 * What is wrong with five fields, each in the words of its field, or undefined.
 * Stricter than the parser behind it: `5/10`, `+1`, `?` for a minute are not cron to most others.
 */
export function checkFields(fields: readonly CronField[]): CronProblem | undefined {
  for (const [index, rule] of rules.entries()) {
    const field = fields[index]!;
    const problem = checkField(field.text.toUpperCase(), rule);
    if (problem !== undefined)
      return { ok: false, problem: `${rule.name} "${field.text}": ${problem}`, offset: field.offset };
  }
  return undefined;
}

function checkField(text: string, rule: FieldRule): string | undefined {
  if (text === "*") return undefined;
  if (text === "?") return rule.name.startsWith("day") ? undefined : '"?" has a meaning for days only';
  for (const entry of text.split(",")) {
    const problem = checkEntry(entry, rule);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkEntry(entry: string, rule: FieldRule): string | undefined {
  if (entry === "") return "an entry of the list is empty";
  if (rule.special?.test(entry)) return undefined;
  const [base, step, ...rest] = entry.split("/");
  if (rest.length > 0) return 'there is more than one "/"';
  if (step !== undefined) {
    const problem = checkStep(base!, step, rule);
    if (problem !== undefined) return problem;
  }
  if (base === "*") return undefined;
  const ends = base!.split("-");
  if (ends.length > 2) return `"${base}" is not a range`;
  const values = ends.map((end) => value(end, rule));
  for (const [index, found] of values.entries())
    if (typeof found === "string") return found || `"${ends[index]}"`;
  return rangeProblem(values as number[], base!, rule);
}

function rangeProblem(values: readonly number[], base: string, rule: FieldRule): string | undefined {
  const [from, to] = values;
  // "sat-sun" and "fri-7" end on the Sunday that is 7.
  if (to === undefined || from! <= to || (rule.max === 7 && to === 0)) return undefined;
  return `the range "${base}" runs backwards`;
}

function checkStep(base: string, step: string, rule: FieldRule): string | undefined {
  if (!/^\d{1,2}$/.test(step) || Number(step) === 0) return `"/${step}" is not a step; write */5 or 10-40/5`;
  if (Number(step) > rule.max) return `the step ${step} is larger than the field's last value, ${rule.max}`;
  if (base !== "*" && !base.includes("-"))
    return `a step needs "*" or a range before it, as in ${base}-${rule.max}/${step}`;
  return undefined;
}

function value(text: string, rule: FieldRule): number | string {
  if (/^\d{1,2}$/.test(text)) {
    const number = Number(text);
    return number >= rule.min && number <= rule.max ? number : `${text} is outside ${rule.min}-${rule.max}`;
  }
  const name = rule.names.indexOf(text);
  if (name >= 0) return name + rule.min;
  const known = rule.names.length > 0 ? ` or a name such as ${rule.names[1]!.toLowerCase()}` : "";
  return `"${text}" is not a number from ${rule.min} to ${rule.max}${known}`;
}
