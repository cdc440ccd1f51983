/** Bundles a fixed set of files, in an order drawn from its argument, and prints the zip's hash: run as a child. */
import { sha256 } from "../../../src/core/json.ts";
import { bundleFolder } from "../../../src/sync/bundle/bundle-folder.ts";

const files = Array.from({ length: 20 }, (_, index) => ({
  path: `d${index % 7}/ä-${index}.txt`,
  mode: index % 3 === 0 ? ("executable" as const) : ("file" as const),
  bytes: Buffer.from(`line ${index}\n`.repeat(index * 200)),
}));
const turn = Number(process.argv[2]) % files.length;
const { zip, codeDigest } = await bundleFolder([...files.slice(turn), ...files.slice(0, turn)]);
process.stdout.write(`${sha256(zip)} ${codeDigest}\n`);
