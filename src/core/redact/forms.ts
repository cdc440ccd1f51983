/** Values from this length on are hidden wherever they stand, in all their forms; no form is shorter. */
export const shortest = 8;

/**
 * All spellings in which a secret is looked for: as it is, base64, URL-escaped, JSON-escaped, and as Python's
 * `repr` writes it. Line breaks are left out of them, as they are from the text: a value of several lines is
 * found in a log of lines, and base64 that was wrapped at some column as well.
 */
export function formsOf(value: string): readonly string[] {
  const secret = value.toWellFormed();
  const trimmed = secret.trim();
  const forms = [
    trimmed,
    ...escapedForJson(trimmed),
    ...reprs(trimmed),
    ...urlEscaped(trimmed),
    // Of a value from a file the newline at its end may or may not have been encoded with it.
    ...base64(secret),
    ...base64(trimmed),
    ...linesOf(trimmed),
  ];
  return [...new Set(forms.map((form) => form.replace(/\r?\n/g, "")))].filter(
    (form) => form.length >= shortest,
  );
}

/** Lines of a value of several: a program that prints or indents them one by one shows each alone. */
const linesOf = (value: string): readonly string[] => {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return lines.length < 2
    ? []
    : lines.filter((line) => line.length >= shortest).flatMap((line) => [line, ...escapedForJson(line)]);
};

/** Inside of a JSON string, with other letters as they are and as `\uXXXX` (Python's default). */
const escapedForJson = (value: string): readonly string[] => {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [json, ascii];
};

/** Inside of Python's `'…'` and `b'…'`. */
const reprs = (value: string): readonly string[] => {
  const quote = value.includes("'") && value.includes('"') ? /'/g : /(?!)/g;
  const hex = (code: number) => `\\x${code.toString(16).padStart(2, "0")}`;
  const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const escaped = (text: string, pattern: RegExp) =>
    text
      .replaceAll("\\", "\\\\")
      .replace(quote, "\\'")
      .replace(pattern, (unit) => named[unit] ?? hex(unit.charCodeAt(0)));
  const bytes = Buffer.from(value, "utf8").toString("latin1");
  return [
    escaped(value, /[\u0000-\u001f\u007f-\u00a0\u00ad]/g),
    escaped(bytes, /[\u0000-\u001f\u007f-\u00ff]/g),
  ];
};

/** What escapers of URLs make of a value; they differ in what they leave alone, and in the case of their digits. */
const urlEscaped = (value: string): readonly string[] => {
  const component = encodeURIComponent(value);
  const strict = component.replace(/[!'()*]/g, percent);
  const plus = strict.replaceAll("%20", "+");
  const form = plus.replaceAll("~", "%7E").replaceAll("%2A", "*");
  const kept = [component, strict, strict.replaceAll("%2F", "/"), plus, form, encodeURI(value)];
  return kept.flatMap((text) => [text, text.replace(/%../g, (digits) => digits.toLowerCase())]);
};

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * Base64 of the value alone, and what is certain of it inside the base64 of a larger text: the value can begin
 * at the first, second or third byte of a group, and the digits that its neighbours share are left out. At the
 * end of the text the last digit is certain too. Both alphabets.
 */
const base64 = (value: string): readonly string[] => {
  const bytes = Buffer.from(value, "utf8");
  const forms = [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const first = Math.ceil((8 * offset) / 6);
    const certain = Math.floor((8 * (offset + bytes.length)) / 6);
    return [padded.slice(first, certain), padded.replace(/=+$/, "").slice(first), padded.slice(first)];
  });
  return forms.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]);
};
