import { expect, it } from "vitest";
import { alertVariable } from "../../../src/core/alert/alert-variable.ts";
import { someAlert } from "./some-alert.ts";

it("names what expressions know of an alert", () => {
  const variable = alertVariable(someAlert({ fields: { value: 3 } }));
  expect(variable).toEqual({
    name: "ServiceDown",
    state: "firing",
    status: "firing",
    severity: "critical",
    labels: { alertname: "ServiceDown", severity: "critical", service: "nginx" },
    annotations: { summary: "nginx does not answer" },
    startsAt: "2027-03-01T07:00:00.000Z",
    endsAt: "",
    fingerprint: "5f3a",
    url: "https://prometheus.example.com/graph",
    receiver: "json",
    fields: { value: 3 },
  });
});

it("has an empty severity where there is no such label", () => {
  expect(alertVariable(someAlert({ labels: {} }))).toMatchObject({ severity: "" });
});

it("stays below 64 KiB however much an alert says, and keeps the labels that come first", () => {
  const many = (count: number, length: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, "ü".repeat(length)]));
  const alert = someAlert({
    labels: many(200, 1000),
    annotations: many(200, 3000),
    fields: { text: "x".repeat(100_000) },
  });
  const variable = alertVariable(alert);
  expect(Buffer.byteLength(JSON.stringify(variable))).toBeLessThan(64 * 1024);
  expect(Object.keys(variable.labels!)).toContain("n0");
  expect(variable.fields).toEqual({});
});
