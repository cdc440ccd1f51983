import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allows, covers, isKnownType } from "../../../src/core/access/allows.ts";
import { type Grant, permissions, readObject, sortGrants, verbs } from "../../../src/core/access/grant.ts";
import { samples } from "../../samples.ts";

const ask = { type: "action_scripts", id: "abc", organization: "default", verb: "Get" } as const;
const grant = (object: string, permission: Grant["permission"] = "AllowGet"): Grant => ({
  object,
  permission,
});

describe("allows", () => {
  it("takes a grant on all objects of the organization, or on the one object", () => {
    expect(allows([grant("action_scripts:_all_default")], ask)).toBe(true);
    expect(allows([grant("action_scripts:abc")], ask)).toBe(true);
    expect(allows([grant("action_scripts:abd")], ask)).toBe(false);
    expect(allows([grant("action_scripts:_all_other")], ask)).toBe(false);
    expect(allows([grant("action_scriptsx:_all_default")], ask)).toBe(false);
    expect(allows([], ask)).toBe(false);
  });

  it("never takes a grant on one object for the whole type", () => {
    expect(allows([grant("action_scripts:abc", "AllowAll")], { ...ask, id: undefined })).toBe(false);
    expect(allows([grant("action_scripts:_all_default", "AllowAll")], { ...ask, id: undefined })).toBe(true);
  });

  it("never takes an object whose name looks like all for all of another organization", () => {
    const asked = { ...ask, id: "_all_other" };
    expect(allows([grant("action_scripts:_all_other")], asked)).toBe(false);
  });

  it("takes each verb for itself, and AllowAll for every one", () => {
    for (const verb of verbs)
      for (const permission of permissions)
        expect(allows([grant("action_scripts:abc", permission)], { ...ask, verb })).toBe(
          permission === "AllowAll" || permission === `Allow${verb}`,
        );
  });

  it("lets stream and logs govern streams", () => {
    const stream = { type: "stream", id: "app", organization: "default", verb: "Post" } as const;
    expect(allows([grant("stream:_all_default", "AllowPost")], stream)).toBe(true);
    expect(allows([grant("logs:app", "AllowPost")], stream)).toBe(true);
    expect(allows([grant("metrics:_all_default", "AllowPost")], stream)).toBe(false);
  });

  it("grants nothing for a text that is no object", () => {
    for (const object of [
      "",
      ":",
      "action_scripts",
      "action_scripts:",
      ":_all_default",
      "Action_scripts:abc",
    ])
      expect(allows([grant(object, "AllowAll")], ask)).toBe(false);
  });
});

const anyGrant = fc.record({
  object: fc.constantFrom("stream:_all_default", "stream:a", "stream:b", "future_thing:_all_default"),
  permission: fc.constantFrom(...permissions),
});

describe("covers", () => {
  it("hands on no more than is held", () => {
    fc.assert(
      fc.property(
        fc.array(anyGrant),
        anyGrant,
        fc.constantFrom("a", "b"),
        fc.constantFrom(...verbs),
        (held, given, id, verb) => {
          const wish = { type: "stream", id, organization: "default", verb } as const;
          if (covers(held, given, "default") && allows([given], wish)) expect(allows(held, wish)).toBe(true);
        },
      ),
      samples(100, 50_000),
    );
  });

  it("keeps unknown types to those who hold them, and other organizations out", () => {
    const future = grant("future_thing:_all_default");
    expect(covers([], future, "default")).toBe(false);
    expect(covers([future], future, "default")).toBe(true);
    expect(covers([grant("stream:_all_other")], grant("stream:_all_other"), "default")).toBe(false);
    expect(isKnownType("future_thing")).toBe(false);
    expect(isKnownType("logs")).toBe(true);
  });
});

describe("sortGrants", () => {
  it("is one form for every order and repetition", () => {
    fc.assert(
      fc.property(fc.array(anyGrant), (grants) => {
        expect(sortGrants([...grants, ...grants].reverse())).toEqual(sortGrants(grants));
      }),
      samples(100, 50_000),
    );
  });
});

describe("readObject", () => {
  it("splits at the first colon only", () => {
    expect(readObject("service_accounts:a:b@example.com")).toEqual({
      type: "service_accounts",
      id: "a:b@example.com",
      organization: undefined,
    });
  });
});
