import { expect, test } from "vitest";
import type { Json } from "../../../src/core/json.ts";
import { readRecord, readTimestamp } from "../../../src/server/openobserve/read-record.ts";
import { streamName } from "../../../src/server/openobserve/stream-name.ts";

const now = Date.UTC(2027, 0, 31) * 1000;

test("a record is flattened as OpenObserve does", () => {
  const record = {
    Message: "Hello",
    metadata: { hostName: "h", version: { "a.b": 1 } },
    list: [1, { a: 2 }],
    none: null,
    empty: {},
    noItems: [],
    ok: true,
    "k8s-pod@x": 1.5,
  };
  expect(readRecord(record, now)).toEqual({
    at: now,
    fields: {
      message: "Hello",
      metadata_hostname: "h",
      metadata_version_a_b: 1,
      list: '[1,{"a":2}]',
      ok: true,
      k8s_pod_x: 1.5,
    },
  });
});

test.each<[Json, number | undefined]>([
  [1_800_000_000, 1_800_000_000_000_000],
  [1_800_000_000_123, 1_800_000_000_123_000],
  [1_800_000_000_123_456, 1_800_000_000_123_456],
  [1_800_000_000_123_456_800, 1_800_000_000_123_456],
  ["1800000000", 1_800_000_000_000_000],
  ["2027-01-15T08:00:00Z", 1_800_000_000_000_000],
  ["2027-01-15T09:00:00.123456+01:00", 1_800_000_000_123_456],
  ["2027-01-15 08:00:00", 1_800_000_000_000_000],
  ["2027-01-15T08:00:00", 1_800_000_000_000_000],
  [0, now],
  ["yesterday", undefined],
  ["2027-13-45T99:00:00Z", undefined],
  [-1, undefined],
  [true, undefined],
  [{}, undefined],
])("_timestamp %j is %j", (value, at) => {
  expect(readTimestamp(value, now)).toBe(at);
});

test.each<[Json, string]>([
  ["text", "JSON object"],
  [[1], "JSON object"],
  [null, "JSON object"],
  [{ _timestamp: "soon" }, "_timestamp"],
  [Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`k${index}`, 1])), "300 fields"],
  [JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`) as Json, "deep"],
])("what cannot be stored %#", (record, part) => {
  expect(readRecord(record, now)).toContain(part);
});

test("keys named like the program's own are data", () => {
  const read = readRecord(JSON.parse('{"__proto__": {"a": 1}, "constructor": "x"}') as Json, now);
  expect(typeof read === "string" ? read : Object.entries(read.fields)).toEqual([
    ["__proto___a", 1],
    ["constructor", "x"],
  ]);
});

test.each([
  ["default", "default"],
  ["My Stream/1", "my_stream_1"],
  ["a:b", "a:b"],
  ['"; DROP TABLE record; --', "___drop_table_record____"],
  ["", undefined],
  ["sqlite_master", undefined],
  ["x".repeat(101), undefined],
])("the stream %j is stored as %j", (written, name) => {
  expect(streamName(written)).toBe(name);
});
