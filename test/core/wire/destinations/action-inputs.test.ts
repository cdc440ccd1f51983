import { expect, it } from "vitest";
import { actionInputs } from "../../../../src/core/wire/destinations/action-inputs.ts";

const inputs = (text: string) => {
  const read = actionInputs(Buffer.from(text));
  return read.ok ? read.inputs.toString() : read.problem;
};

it("makes an object one record and a list its items, digit for digit", () => {
  expect(inputs('{"at":1700000000000000001}')).toBe('[{"at":1700000000000000001}]');
  expect(inputs('[{"a":1.0},2,"x",null]')).toBe('[{"a":1.0},2,"x",null]');
  expect(inputs("[]")).toBe("[]");
});

it("refuses everything else in OpenObserve's words", () => {
  for (const text of ["42", '"text"', "true", "null"])
    expect(inputs(text)).toBe(`Unsupported message format for actions: ${text}`);
  for (const text of ["", "{", "Alert fired", '{"a":"}'])
    expect(inputs(text)).toMatch(/^Message should be valid JSON for actions: /);
  expect(inputs(`"${"x".repeat(10_000)}"`).length).toBeLessThan(300);
});
