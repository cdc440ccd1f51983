import fc from "fast-check";
import type { BundleFile } from "../../../src/core/bundle/bundle-file.ts";
import { entryNameProblems } from "../../../src/core/bundle/entry-name.ts";

const segment = fc.oneof(
  fc.constantFrom("main.py", "a", "b", "lib", "data.json", "ä", "日本", "x y", "-n", "action.yml"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);

/** A legal bundle: up to a dozen files whose names do not get in each other's way. */
export const bundleFiles: fc.Arbitrary<readonly BundleFile[]> = fc
  .uniqueArray(
    fc.record({
      path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
      mode: fc.constantFrom("file" as const, "executable" as const),
      bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    }),
    { maxLength: 12, selector: (file) => file.path },
  )
  .map((files) => {
    const bad = new Set(entryNameProblems(files.map((file) => file.path)).map(({ path }) => path));
    return files.filter((file) => !bad.has(file.path) && file.path !== "action.yaml");
  });
