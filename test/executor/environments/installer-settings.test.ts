import { expect, test } from "vitest";
import { installerSettings } from "../../../src/executor/environments/installer-settings.ts";

test("an installer gets the server's settings for installers and nothing else of its environment", () => {
  const { env } = installerSettings({
    PIP_INDEX_URL: "https://index",
    PIP_TARGET: "/etc",
    PIP_CONSTRAINT: "/etc/passwd",
    UV_NATIVE_TLS: "1",
    UV_PYTHON: "/other",
    https_proxy: "http://proxy",
    SSL_CERT_FILE: "/ca.pem",
    ROTA_SECRET_KEY: "hidden",
    PYTHONPATH: "/evil",
    LD_PRELOAD: "/evil.so",
    HOME: "/home/someone",
    XDG_CONFIG_HOME: "/home/someone/.config",
    PIP_EMPTY: undefined,
  });
  expect(env).toEqual({
    PIP_CONFIG_FILE: "/dev/null",
    PIP_INDEX_URL: "https://index",
    PIP_ROOT_USER_ACTION: "ignore",
    SSL_CERT_FILE: "/ca.pem",
    UV_HTTP_TIMEOUT: "5",
    UV_INDEX_URL: "https://index",
    UV_NATIVE_TLS: "1",
    UV_PYTHON_DOWNLOADS: "never",
    https_proxy: "http://proxy",
  });
});

test("ROTA_PIP_ settings win, and both installers get them by the names they know", () => {
  const { env, read } = installerSettings({
    ROTA_PIP_INDEX_URL: "https://ours/simple",
    PIP_INDEX_URL: "https://other/simple",
    UV_INDEX_URL: "https://third/simple",
    ROTA_PIP_EXTRA_INDEX_URL: "https://a/simple https://b/simple",
    ROTA_PIP_FIND_LINKS: "/usr /nowhere/at/all https://c/wheels",
    ROTA_PIP_TRUSTED_HOST: "ours",
    ROTA_PIP_CERT: "/etc/passwd",
  });
  expect(env).toMatchObject({
    PIP_INDEX_URL: "https://ours/simple",
    UV_INDEX_URL: "https://ours/simple",
    PIP_EXTRA_INDEX_URL: "https://a/simple https://b/simple",
    UV_EXTRA_INDEX_URL: "https://a/simple https://b/simple",
    PIP_FIND_LINKS: "/usr /nowhere/at/all https://c/wheels",
    UV_FIND_LINKS: "/usr,/nowhere/at/all,https://c/wheels",
    UV_INSECURE_HOST: "ours",
    SSL_CERT_FILE: "/etc/passwd",
  });
  expect(read).toEqual(["/usr", "/etc/passwd"]);
});

test("offline, no index is even named", () => {
  const { env, offline } = installerSettings({
    ROTA_OFFLINE: "1",
    ROTA_PIP_INDEX_URL: "https://ours/simple",
    UV_DEFAULT_INDEX: "https://ours/simple",
    ROTA_PIP_FIND_LINKS: "/usr https://c/wheels",
  });
  expect(offline).toBe(true);
  expect(Object.keys(env).filter((name) => name.includes("INDEX"))).toEqual([]);
  expect(env.PIP_FIND_LINKS).toBe("/usr");
});

test.each([
  ["the whole address", "fetching https://ada:pa55word-long@ours/simple/x", "pa55word-long"],
  ["the password alone", "401, said pa55word-long", "pa55word-long"],
  [
    "its base64 form",
    `Basic ${Buffer.from("ada:pa55word-long").toString("base64")}`,
    "YWRhOnBhNTV3b3JkLWxvbmc",
  ],
  ["a decoded one", "said p@ss/word-2", "p@ss/word-2"],
  ["a token as the name", "https://__token__-12345678@b/simple", "__token__-12345678"],
  ["a short one, in an address", "https://a:b@elsewhere/x", "a:b"],
  ["a password of its own", "said hunter2hunter2", "hunter2hunter2"],
])("a login in a setting is hidden: %s", (_, line, secret) => {
  const { redact } = installerSettings({
    ROTA_PIP_INDEX_URL: "https://ada:pa55word-long@ours/simple",
    ROTA_PIP_EXTRA_INDEX_URL: "https://x:p%40ss%2Fword-2@a/simple https://__token__-12345678@b/simple",
    UV_INDEX_OURS_PASSWORD: "hunter2hunter2",
  });
  expect(redact(line)).not.toContain(secret);
  expect(redact(line)).toContain("[redacted]");
});
