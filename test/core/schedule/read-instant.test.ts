import { expect, test } from "vitest";
import { readInstant } from "../../../src/core/schedule/read-instant.ts";
import { at } from "./schedule-literal.ts";

test.each([
  ["2027-03-01T07:00:00Z", "2027-03-01T07:00:00Z"],
  ["2027-03-01T07:00Z", "2027-03-01T07:00:00Z"],
  ["2027-03-01T09:00:00.5+02:00", "2027-03-01T07:00:00.5Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"],
])("%s is an instant", (text, same) => {
  expect(readInstant(text)).toBe(at(same));
});

test.each([
  "",
  "now",
  "2027-03-01",
  "2027-03-01T07:00:00",
  "2027-02-30T00:00:00Z",
  "2027-03-01T25:00:00Z",
  "2027-13-01T00:00:00Z",
  " 2027-03-01T07:00:00Z",
])("%j is none", (text) => {
  expect(readInstant(text)).toBeUndefined();
});
