import fc from "fast-check";
import { expect, it } from "vitest";
import { receiverKinds } from "../../../../src/core/alert/alert.ts";
import { alertVariable } from "../../../../src/core/alert/alert-variable.ts";
import { judgeLink } from "../../../../src/core/alert/judge-link.ts";
import { readAlerts } from "../../../../src/core/alert/read/read-alerts.ts";
import type { Json } from "../../../../src/core/json.ts";
import { samples } from "../../../samples.ts";
import { linked } from "../some-alert.ts";

/** Names that mean something to some part of the program, and texts that are none. */
const word = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "alertname",
    "severity",
    "",
    "\ud800",
    "a\udc00b",
    "\0",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const anything = fc.jsonValue({ depthSize: "medium" }) as fc.Arbitrary<Json>;
const record = (value: fc.Arbitrary<Json>) =>
  fc.array(fc.tuple(word, value), { maxLength: 12 }).map((entries) => Object.fromEntries(entries) as Json);
const labels = fc.oneof(record(fc.oneof(word, fc.double(), fc.boolean(), anything)), anything);
const alert = fc.record(
  {
    name: fc.oneof(word, anything),
    alert_name: fc.oneof(word, anything),
    status: fc.oneof(fc.constantFrom("firing", "resolved"), anything),
    state: anything,
    labels,
    annotations: labels,
    startsAt: fc.oneof(
      fc.constantFrom("2027-02-31T99:00:00Z", "0001-01-01T00:00:00Z", "+012345-01-01"),
      anything,
    ),
    endsAt: anything,
    fingerprint: fc.oneof(word, anything),
    url: fc.oneof(fc.constantFrom("javascript:alert(1)", "http://a:b@c/", "//x"), anything),
    generatorURL: anything,
  },
  { requiredKeys: [] },
) as unknown as fc.Arbitrary<Json>;
const body = fc.oneof(
  anything,
  alert,
  fc.array(alert, { maxLength: 5 }) as fc.Arbitrary<Json>,
  fc.record({
    alerts: fc.oneof(fc.array(fc.oneof(alert, anything), { maxLength: 5 }), anything),
  }) as unknown as fc.Arbitrary<Json>,
  fc.record({
    inputs: fc.oneof(fc.array(alert), anything),
    trigger_source: anything,
  }) as unknown as fc.Arbitrary<Json>,
);

it("reads any JSON of any sender without failing, into alerts within their bounds", () => {
  const action = linked([
    { match: 'alert.labels.a == "b" || alert.fields.x > 1', key: "alert.labels.constructor" },
  ]);
  fc.assert(
    fc.property(fc.constantFrom(...receiverKinds), body, (kind, json) => {
      const read = readAlerts(kind, json, "here");
      if (!read.ok) {
        expect(read.problem).toMatch(/^[A-Za-z].*[^.]$/s);
        return;
      }
      for (const one of read.alerts) {
        expect(one.name.length).toBeGreaterThan(0);
        expect(one.name.isWellFormed()).toBe(true);
        expect(one.fingerprint.length).toBeGreaterThan(0);
        expect(one.fingerprint.length).toBeLessThanOrEqual(128);
        expect(one.url ?? "http://x").toMatch(/^https?:\/\//);
        for (const [name, text] of [...Object.entries(one.labels), ...Object.entries(one.annotations)]) {
          expect(typeof text).toBe("string");
          expect(name.isWellFormed() && text.isWellFormed()).toBe(true);
        }
        expect(Object.getPrototypeOf(one.labels)).toBe(Object.prototype);
        expect(Buffer.byteLength(JSON.stringify(alertVariable(one)))).toBeLessThan(64 * 1024);
        for (const link of action.alerts)
          expect(judgeLink(action, link, one).kind).toMatch(/^(starts|not|failed)$/);
      }
    }),
    samples(400, 20_000),
  );
});

it("keeps a bounded number of bounded labels", () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [`label${at}`, "v".repeat(10_000)]),
  );
  const read = readAlerts(
    "json",
    { name: "n".repeat(9999), labels: { ["l".repeat(300)]: "x", ...many } },
    "json",
  );
  if (!read.ok) throw new TypeError(read.problem);
  const [one] = read.alerts;
  expect(one!.name).toHaveLength(256);
  expect(Object.keys(one!.labels)).toHaveLength(128);
  expect(Object.keys(one!.labels)[0]).toBe("label0");
  expect(one!.labels.label0).toHaveLength(4096);
});

it("tells series apart by labels beyond those that are kept", () => {
  const series = (last: string) => {
    const labels = Object.fromEntries(
      Array.from({ length: 130 }, (_, at) => [`l${at}`, at === 129 ? last : "same"]),
    );
    const read = readAlerts("json", { name: "a", labels }, "json");
    return read.ok ? read.alerts[0]!.fingerprint : undefined;
  };
  expect(series("a")).toBe(series("a"));
  expect(series("a")).not.toBe(series("b"));
});
