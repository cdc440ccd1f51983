import { isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "../../src/server/index.ts";

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

describe("settings", () => {
  it("have defaults; what is empty is not set", () => {
    const settings = readSettings({ ROTA_PORT: "", ROTA_HOST: "", ROTA_ROOT_PASSWORD: "" });
    expect(settings).toMatchObject({
      host: "127.0.0.1",
      port: 5090,
      rootEmail: undefined,
      rootPassword: undefined,
      openobserveUrl: undefined,
      grace: 5_000,
      keepRuns: 1000,
      keepDays: 90,
      allowHostSteps: false,
      httpAllow: [],
      trustedProxies: [],
      environmentsSize: 10 * 2 ** 30,
      log: "warn",
    });
    expect(settings.workers).toBeGreaterThanOrEqual(4);
    expect(isAbsolute(settings.dataDir)).toBe(true);
    expect(settings.dataDir).toMatch(/\.rota$/);
  });

  it("are read", () => {
    expect(
      readSettings({
        ROTA_DATA: "/var/lib/rota",
        ROTA_HOST: "::1",
        ROTA_PORT: "0",
        ROTA_ROOT_EMAIL: "Ops@Example.com",
        ROTA_ROOT_PASSWORD: "12345678",
        ROTA_OPENOBSERVE_URL: "https://o2.example.com/base/",
        ROTA_OPENOBSERVE_TOKEN: Buffer.from("a@example.com:b").toString("base64"),
        ROTA_WORKERS: "32",
        ROTA_ENVIRONMENTS_SIZE: "500Mi",
        ROTA_LOG: "debug",
        ROTA_GRACE: "1m",
        ROTA_KEEP_RUNS: "50",
        ROTA_KEEP_DAYS: "365",
        ROTA_ALERT_LIMIT_PER_ACTION: "5",
        ROTA_ALERT_LIMIT_PER_RECEIVER: "100000",
        ROTA_ALLOW_HOST_STEPS: "true",
        ROTA_HTTP_ALLOW: "10.0.0.0/8, ::1",
      }),
    ).toMatchObject({
      dataDir: "/var/lib/rota",
      host: "::1",
      port: 0,
      rootEmail: "ops@example.com",
      rootPassword: "12345678",
      openobserveUrl: "https://o2.example.com/base",
      workers: 32,
      grace: 60_000,
      keepRuns: 50,
      keepDays: 365,
      alertsPerAction: 5,
      alertsPerReceiver: 100_000,
      allowHostSteps: true,
      httpAllow: ["10.0.0.0/8", "::1"],
      environmentsSize: 500 * 2 ** 20,
      log: "debug",
    });
  });

  it.each([
    ["ROTA_PORT", "80a"],
    ["ROTA_PORT", "-1"],
    ["ROTA_ENVIRONMENTS_SIZE", "10"],
    ["ROTA_ENVIRONMENTS_SIZE", "0Gi"],
    ["ROTA_OFFLINE", "perhaps"],
    ["ROTA_PORT", "65536"],
    ["ROTA_PORT", "1e3"],
    ["ROTA_HOST", "127.0.0.1:80/x"],
    ["ROTA_ROOT_EMAIL", "nobody"],
    ["ROTA_ROOT_EMAIL", "a:b@example.com"],
    ["ROTA_ROOT_PASSWORD", "short"],
    ["ROTA_OPENOBSERVE_URL", "ftp://example.com"],
    ["ROTA_OPENOBSERVE_URL", "https://me:secret@example.com"],
    ["ROTA_OPENOBSERVE_TOKEN", "not base64 at all"],
    ["ROTA_WORKERS", "0"],
    ["ROTA_KEEP_RUNS", "0"],
    ["ROTA_KEEP_DAYS", "1.5"],
    ["ROTA_ALERT_LIMIT_PER_ACTION", "0"],
    ["ROTA_ALERT_LIMIT_PER_RECEIVER", "many"],
    ["ROTA_LOG", "loud"],
    ["ROTA_GRACE", "5"],
    ["ROTA_GRACE", "11m"],
    ["ROTA_ALLOW_HOST_STEPS", "yes"],
    ["ROTA_PUBLIC_URL", "rota.example.com"],
    ["ROTA_PUBLIC_URL", "https://rota.example.com/base"],
    ["ROTA_PUBLIC_URL", "https://me@rota.example.com"],
    ["ROTA_PUBLIC_URL", "ftp://rota.example.com"],
    ["ROTA_SESSION_IDLE", "0m"],
    ["ROTA_SESSION_LIFETIME", "366d"],
    ["ROTA_HTTP_ALLOW", "localhost"],
    ["ROTA_HTTP_ALLOW", "10.0.0.0/33"],
  ])("%s=%s is refused with one sentence that names it", (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must .*[.:a-z0-9]$`));
  });

  it("are refused all at once, without repeating what may be secret", () => {
    const problems = problemsOf({
      ROTA_PORT: "x",
      ROTA_WORKERS: "y",
      ROTA_ROOT_PASSWORD: "hunter2",
      ROTA_OPENOBSERVE_TOKEN: "hunter3 ",
      ROTA_OPENOBSERVE_URL: "https://me:hunter4@example.com",
      ROTA_SECRET_KEY: "hunter5",
      ROTA_SECRET_KEY_FILE: "/key",
    });
    expect(problems).toHaveLength(6);
    expect(problems.join("\n")).not.toMatch(/hunter/);
  });
});
