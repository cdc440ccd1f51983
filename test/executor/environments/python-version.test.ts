import { expect, test } from "vitest";
import { allowsPython } from "../../../src/executor/environments/python-version.ts";

test.each([
  ["", "3.11.7", true],
  [">=3.8", "3.11.7", true],
  [">=3.8", "3.7.16", false],
  [">= 3.9, < 4", "3.9.0", true],
  [">=3.9,<3.11", "3.11.0", false],
  ["<=3.11", "3.11.7", false],
  ["==3.11.*", "3.11.7", true],
  ["==3.1.*", "3.11.7", false],
  ["!=3.11.*", "3.11.7", false],
  ["==3.9", "3.9.0", true],
  ["~=3.9", "3.12.1", true],
  ["~=3.9.1", "3.9.18", true],
  ["~=3.9.1", "3.10.0", false],
  [">3.11.7", "3.11.7", false],
  ["===3.11.7", "3.11.7", true],
  [">=3.8; drop", "3.11.7", undefined],
  ["^3.8", "3.11.7", undefined],
  [">=3.8.*", "3.11.7", undefined],
])("%j on %s: %s", (specifier, version, expected) => {
  expect(allowsPython(specifier, version)).toBe(expected);
});
