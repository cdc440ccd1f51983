import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { readMailSettings } from "../../../src/server/mail/read-mail-settings.ts";
import { type MailSettings, smtpMailer } from "../../../src/server/mail/smtp-mailer.ts";

let folder: string;
let tls: { key: string; cert: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rota-mail-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: unknown;
  readonly text: string;
}

/** A real mail server on this machine; what it took. */
async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          text: Buffer.concat(pieces).toString("utf8"),
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  const settings = (fields: Partial<MailSettings> = {}): MailSettings => ({
    host: "127.0.0.1",
    port: (server.server.address() as AddressInfo).port,
    isOverTls: false,
    login: undefined,
    from: "rota@example.com",
    ...fields,
  });
  return { received, settings };
}

const mail = {
  to: "ops@example.com",
  subject: "[Rota] check failed",
  text: "check failed: ünïcode\n",
  html: "<p>check failed: ünïcode</p>",
  id: "3AbC-failed-1-1",
};
const never = () => new AbortController().signal;
const login = { user: "rota", password: "a very secret password" };
const checked: Partial<SMTPServerOptions> = {
  disabledCommands: [],
  onAuth: ({ username, password }, _session, done) =>
    username === login.user && password === login.password
      ? done(null, { user: username })
      : done(new Error("Invalid username or password")),
};

describe("mail by SMTP", () => {
  it("arrives as text and HTML, with an id that stays the same, from and to one address each", async () => {
    const { received, settings } = await mailServer();
    expect(await smtpMailer(settings()).send(mail, never())).toMatchObject({ sent: true });
    expect(received).toMatchObject([{ from: "rota@example.com", to: ["ops@example.com"], secure: false }]);
    const [{ text }] = received as [Received];
    expect(text).toMatch(/^Subject: \[Rota\] check failed\r$/m);
    expect(text).toMatch(/^From: Rota <rota@example\.com>\r$/m);
    expect(text).toMatch(/^Message-ID: <3AbC-failed-1-1@example\.com>\r$/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(text).toContain("multipart/alternative");
  });

  it("cannot be given other headers or receivers, whatever its parts say", async () => {
    const { received, settings } = await mailServer();
    const several = { ...mail, to: "ops@example.com, b@example.com" };
    expect(await smtpMailer(settings()).send(several, never())).toMatchObject({ sent: false, again: false });
    const evil = { ...mail, subject: "x\r\nBcc: c@example.com\r\n\r\nbody", id: "x>\r\nX-Evil: 1" };
    expect(await smtpMailer(settings()).send(evil, never())).toMatchObject({ sent: true });
    expect(received.map(({ to }) => to)).toEqual([["ops@example.com"]]);
    const [head] = (received[0]?.text ?? "").split("\r\n\r\n", 1);
    expect(head).toMatch(/^Subject: x Bcc: c@example\.com +body\r$/m);
    expect(head).not.toMatch(/^(Bcc|X-Evil):/im);
  });

  it("logs in after STARTTLS, and over TLS, with a certificate that is checked", async () => {
    const { received, settings } = await mailServer({ ...checked, ...tls });
    const sent = await smtpMailer(settings({ login }), [tls.cert]).send(mail, never());
    expect(sent).toMatchObject({ sent: true });
    const direct = await mailServer({ ...checked, ...tls, secure: true });
    const over = direct.settings({ login, isOverTls: true });
    expect(await smtpMailer(over, [tls.cert]).send(mail, never())).toMatchObject({ sent: true });
    expect([...received, ...direct.received]).toMatchObject([
      { secure: true, user: "rota" },
      { secure: true, user: "rota" },
    ]);
    const untrusted = await smtpMailer(settings({ login })).send(mail, never());
    expect(untrusted).toMatchObject({ sent: false, problem: expect.stringMatching(/certificate/) });
    expect(received).toHaveLength(1);
  });

  it("never sends a login without TLS", async () => {
    let asked = 0;
    const { settings } = await mailServer({
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        asked += 1;
        done(null, { user: "x" });
      },
    });
    expect(await smtpMailer(settings({ login })).send(mail, never())).toMatchObject({ sent: false });
    expect(asked).toBe(0);
  });

  it("is not tried again where the server says no for good, and does not tell the password", async () => {
    const { settings } = await mailServer({ ...checked, ...tls });
    const wrong = { ...login, password: "another secret password" };
    const refused = await smtpMailer(settings({ login: wrong }), [tls.cert]).send(mail, never());
    expect(refused).toMatchObject({ sent: false, again: false, problem: expect.stringMatching(/535/) });
    expect(JSON.stringify(refused)).not.toContain(wrong.password);
    const unknown = await mailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("No such user here"), { responseCode: 550 })),
    });
    expect(await smtpMailer(unknown.settings()).send(mail, never())).toEqual({
      sent: false,
      again: false,
      problem: expect.stringMatching(/refused it: 550 No such user here; it is not tried again\.$/),
    });
  });

  it("is tried again where the server is busy, greylists, or is not there", async () => {
    const { settings } = await mailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("Greylisted, try again later"), { responseCode: 451 })),
    });
    expect(await smtpMailer(settings()).send(mail, never())).toMatchObject({
      sent: false,
      again: true,
      problem: expect.stringContaining("451 Greylisted"),
    });
    const nobody = settings({ port: 1 });
    expect(await smtpMailer(nobody).send(mail, never())).toMatchObject({ sent: false, again: true });
  });

  it("is left when it is stopped", async () => {
    const { settings } = await mailServer({ onConnect: () => undefined });
    const stop = new AbortController();
    const sending = smtpMailer(settings()).send(mail, stop.signal);
    stop.abort();
    expect(await sending).toMatchObject({ sent: false });
  });
});

describe("settings of mail", () => {
  const read = (variables: Record<string, string>) => readMailSettings((name) => variables[name]);
  const from = { ROTA_MAIL_FROM: "rota@example.com" };

  it("are read from an address, with its password in it or in a file", () => {
    expect(read({})).toBeUndefined();
    expect(read({ ROTA_SMTP_URL: "smtp://mail.example.com", ...from })).toEqual({
      host: "mail.example.com",
      port: 587,
      isOverTls: false,
      login: undefined,
      from: "rota@example.com",
    });
    expect(read({ ROTA_SMTP_URL: "smtps://a%40b:p%2Fw@[::1]", ...from })).toMatchObject({
      host: "::1",
      port: 465,
      isOverTls: true,
      login: { user: "a@b", password: "p/w" },
    });
    const file = join(folder, "key.pem");
    const withFile = { ROTA_SMTP_URL: "smtp://u@h:25", ROTA_SMTP_PASSWORD_FILE: file, ...from };
    expect(read(withFile)).toMatchObject({ login: { user: "u", password: tls.key.trimEnd() } });
  });

  it("are refused with a sentence that repeats no value", () => {
    const wrong: readonly Record<string, string>[] = [
      { ROTA_SMTP_URL: "smtp://u:hunter22@h" },
      { ...from },
      { ROTA_SMTP_URL: "http://u:hunter22@h", ...from },
      { ROTA_SMTP_URL: "smtp://u:hunter22@h/?x=1", ...from },
      { ROTA_SMTP_URL: "smtp://u@h", ...from },
      { ROTA_SMTP_URL: "smtp://:hunter22@h", ...from },
      { ROTA_SMTP_URL: "smtp://u:hunter22@h", ROTA_SMTP_PASSWORD_FILE: "/x", ...from },
      { ROTA_SMTP_URL: "smtp://u@h", ROTA_SMTP_PASSWORD_FILE: "/does/not/exist", ...from },
      { ROTA_SMTP_URL: "smtp://u:%zz@h", ...from },
      { ROTA_SMTP_URL: "smtp://h", ROTA_MAIL_FROM: "a@b.c\r\nBcc: x@y.z" },
    ];
    for (const variables of wrong) {
      const found = read(variables);
      expect(found).toEqual({ problem: expect.stringMatching(/ROTA_(SMTP|MAIL)_\w+/) });
      expect(JSON.stringify(found)).not.toContain("hunter22");
    }
  });
});
