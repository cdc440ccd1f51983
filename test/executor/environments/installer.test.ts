import { expect, test } from "vitest";
import { installerEnvironment } from "../../../src/executor/environments/installer.ts";

test("an installer gets the server's settings for installers and nothing else of its environment", () => {
  const env = installerEnvironment({
    PIP_INDEX_URL: "https://index",
    PIP_TARGET: "/etc",
    UV_NATIVE_TLS: "1",
    UV_PYTHON: "/other",
    https_proxy: "http://proxy",
    SSL_CERT_FILE: "/ca.pem",
    ROTA_SECRET_KEY: "hidden",
    PYTHONPATH: "/evil",
    LD_PRELOAD: "/evil.so",
    HOME: "/home/someone",
    PIP_EMPTY: undefined,
  });
  expect(env).toEqual({
    PIP_INDEX_URL: "https://index",
    PIP_ROOT_USER_ACTION: "ignore",
    SSL_CERT_FILE: "/ca.pem",
    UV_HTTP_TIMEOUT: "5",
    UV_NATIVE_TLS: "1",
    XDG_CONFIG_HOME: "/home/someone/.config",
    https_proxy: "http://proxy",
  });
});
