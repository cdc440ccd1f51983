import { renderIssues } from "../../core/action/render/render-issues.ts";
import { type ApplyReport, apply, InvalidRepository, loadRepository, rotaServer } from "../../sync/index.ts";
import type { Connection } from "../connection/connection.ts";
import { productVersion } from "../repository/product-folder.ts";

/** The report, or the sentence that says why nothing was applied: the server goes on without. */
export type StartApply = { readonly report: ApplyReport } | { readonly refused: string };

/** Applies the repository in `folder` to the server that was just started, as its root. */
export async function applyAtStart(
  folder: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<StartApply> {
  const { address, token, organization } = connection;
  try {
    const report = await apply({
      load: () => loadRepository(folder, { worktree: false, environment: undefined }),
      server: rotaServer({ address, token, organization }),
      organization,
      engine: `rota ${productVersion()}`,
      options: {
        prune: false,
        adopt: [],
        allowEmpty: false,
        allowDeletes: false,
        allowUpdates: false,
        takeGit: undefined,
      },
      actor: "rota serve",
      signal,
    });
    return { report };
  } catch (error) {
    if (error instanceof InvalidRepository) return { refused: renderIssues(error.issues, "text").trimEnd() };
    const { message, hint } = error as Error & { hint?: string };
    return { refused: hint === undefined ? message : `${message}\n${hint}` };
  }
}
