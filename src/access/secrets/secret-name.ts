/** As `{ secret: NAME }` in a manifest may name one. */
const form = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

export const isSecretName = (name: string): boolean => form.test(name);
