import { manifestName } from "../../core/bundle/bundle-file.ts";
import { readFolder } from "../bundle/read-folder.ts";
import type { ItemSource } from "../ports.ts";
import type { SourceTree } from "../source-tree.ts";
import type { LoadedAction } from "./loaded-action.ts";

/** Reads and zips an action's code when it has to travel, and proves that it is the code that was planned. */
export const actionSource = (tree: SourceTree, { folder, code }: LoadedAction): ItemSource => ({
  bundle: async () => {
    const { files, issues } = await readFolder(tree, folder.folder, await folder.files());
    if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join("; "));
    // Loading the zip library takes longer than planning: a plan that uploads nothing does not need it.
    const { bundleFolder } = await import("../bundle/bundle-folder.ts");
    const { zip, codeDigest } = await bundleFolder(files);
    if (codeDigest !== code) throw new Error(`the files below ${folder.folder} changed while they were read`);
    return zip;
  },
  manifest: async () => new TextDecoder().decode(await tree.read(`${folder.folder}/${manifestName}`)),
});

/** What has neither code nor a manifest of its own. */
export const noSource: ItemSource = {
  bundle: () => Promise.reject(new Error("this item has no code")),
  manifest: async () => undefined,
};
