import { expect, it } from "vitest";
import type { Alert } from "../../../src/core/alert/alert.ts";
import { judgeLink } from "../../../src/core/alert/judge-link.ts";
import { linked, someAlert } from "./some-alert.ts";

function judge(link: object, alert: Partial<Alert> = {}, action: object = {}) {
  const read = linked([link], action);
  return judgeLink(read, read.alerts[0]!, someAlert(alert));
}

it("I4: starts for a firing alert that matches, with the key and the parameters that the link takes from it", () => {
  const link = {
    match: 'alert.name == "ServiceDown" && alert.severity == "critical"',
    key: "alert.labels.service",
    parameters: { service: "${{ alert.labels.service }}", count: "${{ size(alert.labels) }}" },
  };
  expect(judge(link)).toEqual({
    kind: "starts",
    key: "nginx",
    parameters: { service: "nginx", count: 3 },
  });
});

it("D3: each link of an action is judged for itself, so that any of several alerts starts it", () => {
  const action = linked([{ match: 'alert.name == "ServiceDown"' }, { match: 'alert.name == "DiskFull"' }]);
  const verdicts = (alert: Alert) => action.alerts.map((link) => judgeLink(action, link, alert).kind);
  expect(verdicts(someAlert())).toEqual(["starts", "not"]);
  expect(verdicts(someAlert({ name: "DiskFull" }))).toEqual(["not", "starts"]);
});

it("has neither a key nor parameters where the link names none", () => {
  expect(judge({ match: "true" })).toEqual({ kind: "starts", key: undefined, parameters: {} });
});

it.each([
  ["firing", undefined, "starts"],
  ["resolved", undefined, "not"],
  ["firing", ["resolved"], "not"],
  ["resolved", ["resolved"], "starts"],
  ["firing", ["firing", "resolved"], "starts"],
  ["resolved", ["firing", "resolved"], "starts"],
] as const)("for a %s alert and on: %j the verdict is %s", (state, on, kind) => {
  expect(judge({ match: "true", on }, { state })).toMatchObject({ kind });
});

it("does not try match on an alert of a state that the link is not for", () => {
  expect(judge({ match: "alert.labels.port > 80" }, { state: "resolved" })).toEqual({
    kind: "not",
    reason: "The alert is resolved, and the link is for firing ones.",
  });
});

it.each([
  ["of a disabled action", { match: "true" }, { enabled: false }, "The action is disabled (enabled: false)."],
  ["that is false", { match: ' alert.name == "x" ' }, {}, 'match is false: alert.name == "x"'],
  [
    "that asks for a label the alert has not",
    { match: 'alert.labels.team == "db"' },
    {},
    'match asks for what this alert has not: there is no "team" here; test for it with has(...).',
  ],
])("says why a match %s starts nothing", (_, link, action, reason) => {
  expect(judge(link, {}, action)).toEqual({ kind: "not", reason });
});

it.each([
  ["match", { match: "alert.fields.at > 1" }, /^match cannot be evaluated: .*\.$/],
  [
    "a match that is no condition",
    { match: "alert.fields.at" },
    /^match cannot be evaluated: this must be true/,
  ],
  ["key", { match: "true", key: "alert.labels.team" }, /^key cannot be evaluated: there is no "team" here/],
  ["a key that is a list", { match: "true", key: "[alert.name]" }, /^key must be a text, a number/],
  [
    "a key that is long",
    { match: "true", key: "alert.fields.long" },
    /^key has 600 characters; it may have 512\.$/,
  ],
  [
    "a parameter",
    { match: "true", parameters: { service: "${{ alert.labels.team }}" } },
    /^The parameter service cannot be evaluated: there is no "team" here/,
  ],
])("fails for %s that cannot be evaluated, in a sentence", (_, link, reason) => {
  const fields = { at: "x", long: "k".repeat(600) };
  expect(judge(link, { fields })).toEqual({ kind: "failed", reason: expect.stringMatching(reason) });
});

it("takes numbers, true and false for keys", () => {
  expect(judge({ match: "true", key: "alert.fields.port" }, { fields: { port: 80 } })).toMatchObject({
    key: "80",
  });
  expect(judge({ match: "true", key: "has(alert.url)" })).toMatchObject({ key: "true" });
});
