import { actionsFolder } from "../repository/source-path.ts";
import type { SourceTree } from "../source-tree.ts";

/**
 * A tree whose first questions are asked at once: each is a git process of some 10 ms, which otherwise wait
 * for one another.
 */
export function prefetched(tree: SourceTree): SourceTree {
  const project = tree.list("rota.yaml");
  const children = tree.children?.(actionsFolder);
  // Whoever asks is told; nobody may ask.
  project.catch(() => {});
  children?.catch(() => {});
  return {
    origin: tree.origin,
    commit: tree.commit,
    list: (under) => (under === "rota.yaml" ? project : tree.list(under)),
    read: (path) => tree.read(path),
    ...(children && {
      children: (under: string) =>
        (under === actionsFolder ? children : (tree.children?.(under) ?? [])) as typeof children,
    }),
  };
}
