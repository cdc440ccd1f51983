import { expect, it } from "vitest";
import { mayStart } from "../../../src/core/alert/may-start.ts";

it.each([
  ['alert.name == "Down"', true],
  ['alert.labels.alertname == "Down"', true],
  ['alert.name == "Down" && alert.labels.severity == "critical"', true],
  ['alert.severity == "critical"', true],
  ['alert.name in ["Down", "Up"]', true],
  ["true", true],
  ['alert.name == "Up"', false],
  ['alert.name == "Up" && alert.labels.severity == "critical"', false],
  ['alert.severity == "critical" && alert.name == "Up"', false],
  ["alert.name", false],
])("%s may start by an alert named Down: %s", (match, may) => {
  expect(mayStart({ match }, "Down")).toBe(may);
});
