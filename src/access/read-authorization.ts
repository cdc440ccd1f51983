export type Login =
  | { readonly scheme: "basic"; readonly email: string; readonly password: string }
  | { readonly scheme: "token"; readonly id: string; readonly secret: string };

/** An API token: `rota_<id>_<secret>`. The prefix lets secret scanners find one that was committed. */
const tokenForm = /^rota_([0-9A-Za-z]{27})_([0-9A-Za-z]{32})$/;

export const tokenText = (id: string, secret: string): string => `rota_${id}_${secret}`;

/** What an Authorization header says; undefined: nothing, or nothing that could be a login here. */
export function readAuthorization(header: string | undefined): Login | undefined {
  if (header === undefined || header.length > 4096) return undefined;
  const space = header.indexOf(" ");
  const scheme = header.slice(0, space).toLowerCase();
  const value = header.slice(space + 1).trim();
  if (scheme === "basic") return readBasic(value);
  if (scheme !== "bearer") return undefined;
  const [, id, secret] = tokenForm.exec(value) ?? [];
  return id === undefined || secret === undefined ? undefined : { scheme: "token", id, secret };
}

function readBasic(value: string): Login | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  return { scheme: "basic", email: text.slice(0, colon).toLowerCase(), password: text.slice(colon + 1) };
}
