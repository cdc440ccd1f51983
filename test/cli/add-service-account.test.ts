import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { addServiceAccount } from "../../src/cli/repository/add-service-account.ts";

const get = [{ object: "action_scripts:_all_default", permission: "AllowGet" }];
const lines = (indent: string) =>
  `${indent}a@x.org:\n${indent}  permissions:\n${indent}    - { object: "action_scripts:_all_default", permission: AllowGet }\n`;

describe("a service account more in rota.yaml", () => {
  it.each([
    ["an empty file", "", `serviceAccounts:\n${lines("  ")}`],
    ["a file without a last newline", "scope: a", `scope: a\nserviceAccounts:\n${lines("  ")}`],
    [
      "a section in the middle, with its own indent and comments",
      "serviceAccounts:\n    # b\n    b@x.org: { permissions: [] } # end\n\n# next\nscope:   a\n",
      `serviceAccounts:\n    # b\n    b@x.org: { permissions: [] } # end\n${lines("    ")}\n# next\nscope:   a\n`,
    ],
    [
      "a nested last account",
      "serviceAccounts:\n  b@x.org:\n    permissions:\n      - { object: o, permission: AllowGet }\nscope: a\n",
      `serviceAccounts:\n  b@x.org:\n    permissions:\n      - { object: o, permission: AllowGet }\n${lines("  ")}scope: a\n`,
    ],
  ])("is put into %s", (_, source, result) => expect(addServiceAccount(source, "a@x.org", get)).toBe(result));

  it.each([
    ["flow style", "serviceAccounts: { b@x.org: { permissions: [] } } # c\n"],
    ["no value", "serviceAccounts:\nscope: a # c\n"],
    ["the account without a permission", "serviceAccounts:\n  a@x.org: {} # c\n"],
    [
      "the account with another permission",
      "serviceAccounts:\n  a@x.org:\n    # c\n    permissions: [{ object: o, permission: AllowAll }]\n",
    ],
  ])("is merged into %s, comments kept", (_, source) => {
    const result = addServiceAccount(source, "a@x.org", get);
    expect(parse(result).serviceAccounts["a@x.org"].permissions).toContainEqual(get[0]);
    expect(result).toContain("# c");
    expect(addServiceAccount(result, "a@x.org", get)).toBe(result);
  });

  it.each(["- a\n", "just text", "a: [\n"])("is refused where the file is %j", (source) =>
    expect(() => addServiceAccount(source, "a@x.org", get)).toThrow(Error),
  );
});
