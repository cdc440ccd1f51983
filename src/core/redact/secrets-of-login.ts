/** The secrets in a token that is base64 of `email:password`: itself, what it stands for, and the password. */
export function secretsOfLogin(token: string): readonly string[] {
  const login = Buffer.from(token, "base64").toString("utf8");
  const colon = login.indexOf(":");
  return colon < 0 ? [token] : [token, login, login.slice(colon + 1)];
}
