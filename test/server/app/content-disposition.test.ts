import fc from "fast-check";
import { expect, it } from "vitest";
import { contentDisposition } from "../../../src/server/app/content-disposition.ts";
import { samples } from "../../samples.ts";

it("names a usual file as OpenObserve does", () => {
  expect(contentDisposition("hello-1a2b.zip")).toBe('attachment; filename="hello-1a2b.zip"');
});

it("carries other names whole, in the form made for it", () => {
  expect(contentDisposition('é"\r\nX: y.zip')).toBe(
    "attachment; filename=\"____X: y.zip\"; filename*=UTF-8''%C3%A9%22%0D%0AX%3A%20y.zip",
  );
});

it("never leaves its quotes, its line, or ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const header = contentDisposition(name);
      expect(header).toMatch(
        /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[A-Za-z0-9%.!~_-]*)?$/,
      );
    }),
    samples(100, 50_000),
  );
});
