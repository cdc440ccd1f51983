import { readFileSync } from "node:fs";
import { isAddress } from "../../core/notification/is-address.ts";
import type { MailSettings } from "./smtp-mailer.ts";

/**
 * The mail server out of ROTA_SMTP_URL, ROTA_SMTP_PASSWORD_FILE and ROTA_MAIL_FROM; undefined: none is set. Problems are
 * sentences, and repeat no value: an address may hold a password.
 */
export function readMailSettings(
  text: (name: string) => string | undefined,
): MailSettings | undefined | { readonly problem: string } {
  const [written, from] = [text("ROTA_SMTP_URL"), text("ROTA_MAIL_FROM")];
  const passwordFile = text("ROTA_SMTP_PASSWORD_FILE");
  if (written === undefined && from === undefined && passwordFile === undefined) return undefined;
  if (written === undefined || from === undefined)
    return { problem: "ROTA_SMTP_URL and ROTA_MAIL_FROM go together: set both, or neither." };
  if (!isAddress(from))
    return { problem: "ROTA_MAIL_FROM must be an e-mail address without a name: rota@example.com." };
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isOverTls = url?.protocol === "smtps:";
  if (
    url === undefined ||
    !["smtp:", "smtps:"].includes(url.protocol) ||
    url.hostname === "" ||
    !/^\/?$/.test(url.pathname) ||
    url.search !== "" ||
    url.hash !== ""
  )
    return {
      problem: "ROTA_SMTP_URL must be like smtp://user@mail.example.com:587 or smtps://mail.example.com.",
    };
  const login = loginOf(url, passwordFile);
  if (login !== undefined && "problem" in login) return login;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (isOverTls ? 465 : 587) : Number(url.port),
    isOverTls,
    login,
    from,
  };
}

function loginOf(
  { username, password }: URL,
  file: string | undefined,
): MailSettings["login"] | { readonly problem: string } {
  if (username === "")
    return password === "" && file === undefined
      ? undefined
      : {
          problem: "ROTA_SMTP_URL has no user name, and a password is set: smtp://user@mail.example.com:587.",
        };
  if (password !== "" && file !== undefined)
    return { problem: "The password of ROTA_SMTP_URL is set twice: there, and in ROTA_SMTP_PASSWORD_FILE." };
  if (password === "" && file === undefined)
    return { problem: "ROTA_SMTP_URL has a user name and no password: set ROTA_SMTP_PASSWORD_FILE." };
  try {
    const text = file === undefined ? decodeURIComponent(password) : readFileSync(file, "utf8");
    return {
      user: decodeURIComponent(username),
      password: file === undefined ? text : text.replace(/\r?\n$/, ""),
    };
  } catch {
    return {
      problem:
        file === undefined
          ? "The login of ROTA_SMTP_URL cannot be read: write % as %25, @ as %40, / as %2F."
          : "The file of ROTA_SMTP_PASSWORD_FILE cannot be read.",
    };
  }
}
