/** Hides the values it was made for in a text. */
export type Redact = (text: string) => string;

/** Shorter values are words: masking them would say more than it hides. */
const shortest = 8;
const mask = "[redacted]";

/**
 * A function that hides these values in their raw, base64 and URL-escaped form, and as JSON writes them. A value
 * that is split between two texts is not found.
 */
export function redactor(values: readonly string[]): Redact {
  const forms = [...new Set(values.filter((value) => value.length >= shortest).flatMap(formsOf))]
    // A form that holds another one goes first, so that nothing of it is left.
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, mask), text);
}

const formsOf = (value: string): readonly string[] => {
  const base64 = Buffer.from(value, "utf8").toString("base64");
  return [
    value,
    base64,
    base64.replace(/=+$/, ""),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
};

/** The secrets in a token that is base64 of `email:password`: itself, what it stands for, and the password. */
export function secretsOfLogin(token: string): readonly string[] {
  const login = Buffer.from(token, "base64").toString("utf8");
  const colon = login.indexOf(":");
  return colon < 0 ? [token] : [token, login, login.slice(colon + 1)];
}
