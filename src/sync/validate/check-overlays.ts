import type { Issue } from "../../core/action/issue.ts";
import { parseAction } from "../../core/action/parse-action.ts";
import { type Overlay, parseOverlay } from "../../core/action/parse-overlay.ts";
import type { Project } from "../../core/action/parse-project.ts";
import type { SourceTree } from "../source-tree.ts";
import { locate, type ReadMember } from "./read-member.ts";

/** An environment's overlay, or why there is none. */
export async function readOverlay(
  tree: SourceTree,
  project: Project,
  environment: string | undefined,
): Promise<{ readonly overlay: Overlay | undefined; readonly issues: readonly Issue[] }> {
  const place =
    environment !== undefined && Object.hasOwn(project.environments, environment)
      ? project.environments[environment]
      : undefined;
  const path = place?.overlay;
  if (path === undefined) return { overlay: undefined, issues: [] };
  const [file] = await tree.list(path);
  if (file !== undefined) return parseOverlay(await tree.read(path), path);
  const problem = {
    code: "OVERLAY_MISSING",
    path: ["environments", environment as string, "overlay"],
    message: `there is no file "${path}"`,
  };
  return { overlay: undefined, issues: await locate(tree, "rota.yaml", [problem]) };
}

/** Changes of an overlay for actions that are not there would silently do nothing. */
export const strangers = (overlay: Overlay | undefined, names: ReadonlySet<string>): readonly Issue[] =>
  (overlay?.names ?? [])
    .filter((name) => !names.has(name))
    .map((name) =>
      (overlay as Overlay).issueAt(
        name,
        "UNKNOWN_ACTION",
        `there is no action "${name.slice(0, 64)}" to change`,
        undefined,
      ),
    );

/**
 * The issues of the overlays of all environments, for a look at a repository that is applied to each of them: what
 * actions write is told already, so only what stands in an overlay is told here.
 */
export async function overlayIssues(
  tree: SourceTree,
  project: Project,
  members: readonly ReadMember[],
): Promise<readonly Issue[]> {
  const names = new Set(members.map(({ action, folder }) => action?.name ?? folder.name));
  const found = await Promise.all(
    Object.keys(project.environments).map(async (environment) => {
      const { overlay, issues } = await readOverlay(tree, project, environment);
      if (overlay === undefined) return issues;
      const changed = members.filter(
        ({ action }) => action !== undefined && overlay.names.includes(action.name),
      );
      return [
        ...issues,
        ...strangers(overlay, names),
        ...changed.flatMap(({ manifest, file, folder }) =>
          parseAction({
            bytes: Buffer.from(manifest),
            file,
            name: folder.name,
            overlay: overlay.lay,
          }).issues.filter((issue) => issue.file !== file),
        ),
      ];
    }),
  );
  return once(found.flat());
}

/** Environments may share an overlay. */
const once = (issues: readonly Issue[]): readonly Issue[] => [
  ...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values(),
];
