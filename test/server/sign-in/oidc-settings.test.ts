import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "../../../src/server/index.ts";

const least = { ROTA_OIDC_ISSUER: "https://login.example.com/realm", ROTA_OIDC_CLIENT_ID: "rota" };
const read = (env: Record<string, string>) => readSettings({ ...least, ...env }).oidc;
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

describe("the settings of OpenID Connect", () => {
  it("are not there without an issuer", () => {
    expect(readSettings({}).oidc).toBeUndefined();
  });

  it("have defaults", () => {
    expect(read({})).toMatchObject({
      clientId: "rota",
      clientSecret: undefined,
      scopes: "openid email profile",
      organization: "default",
      groupsClaim: "groups",
      roles: [],
      name: "Single sign-on",
      unverifiedEmail: false,
    });
    expect(read({})?.issuer.href).toBe("https://login.example.com/realm");
  });

  it("read groups with whatever is in their names", () => {
    const roles = 'sre = operator,"cn=leads,dc=example"=approver,  on call=viewer, *=viewer,';
    expect(read({ ROTA_OIDC_ROLES: roles })?.roles).toEqual([
      { group: "sre", role: "operator" },
      { group: "cn=leads,dc=example", role: "approver" },
      { group: "on call", role: "viewer" },
      { group: "*", role: "viewer" },
    ]);
  });

  it.each([
    ["ROTA_OIDC_ISSUER", "login.example.com"],
    ["ROTA_OIDC_ISSUER", "http://login.example.com"],
    ["ROTA_OIDC_ISSUER", "https://login.example.com/?a=b"],
    ["ROTA_OIDC_ISSUER", "https://me:secret@login.example.com"],
    ["ROTA_OIDC_CLIENT_ID", ""],
    ["ROTA_OIDC_SCOPES", "email"],
    ["ROTA_OIDC_ORGANIZATION", "a b"],
    ["ROTA_OIDC_GROUPS_CLAIM", "a b"],
    ["ROTA_OIDC_ROLES", "sre"],
    ["ROTA_OIDC_ROLES", "sre=operator=viewer"],
    ["ROTA_OIDC_ROLES", "cn=leads,dc=example=approver"],
    ["ROTA_OIDC_ROLES", "=operator"],
    ["ROTA_OIDC_ROLES", "sre=op er"],
    ["ROTA_OIDC_NAME", "a\nb"],
    ["ROTA_OIDC_UNVERIFIED_EMAIL", "yes"],
  ])("%s=%s is refused with one sentence that names it", (name, value) => {
    const problems = problemsOf({ ...least, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must .*[.)]$`));
  });

  it("are refused where they contradict each other", () => {
    expect(problemsOf({ ROTA_OIDC_CLIENT_ID: "rota" })).toEqual([
      "ROTA_OIDC_CLIENT_ID is set, and ROTA_OIDC_ISSUER is not; set it as well.",
    ]);
    const both = { ...least, ROTA_OIDC_CLIENT_SECRET: "hunter2", ROTA_OIDC_CLIENT_SECRET_FILE: "/x" };
    expect(problemsOf(both).join()).toMatch(/both set/);
    expect(problemsOf(both).join()).not.toContain("hunter2");
  });
});
