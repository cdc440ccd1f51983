/** As `{ secret: NAME }` in a manifest may name one. */
const form = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** What is told of others. They are not repeated: whoever gets the order wrong has put the value there. */
export const secretNameForm =
  "The name of a secret has letters, digits, _ . and - only, at most 128, and starts with a letter or _";

export const isSecretName = (name: string): boolean => form.test(name);

export const secretPrefix = "ROTA_SECRET_";

/** The environment variable that holds a secret: `ROTA_SECRET_DB_PASSWORD` for `db-password`. */
export const secretVariable = (name: string): string =>
  `${secretPrefix}${name.toUpperCase().replaceAll(/[.-]/g, "_")}`;
