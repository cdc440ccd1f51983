import { renderIssues } from "../../core/action/render/render-issues.ts";
import { InvalidRepository, loadRepository, type PlanRequest, rotaServer } from "../../sync/index.ts";
import { usageError } from "../cli-error.ts";
import { flag, type Values } from "../command.ts";
import { connect } from "../connection/connection.ts";
import type { Io } from "../io.ts";
import { findRoot, isRepository } from "../repository/find-root.ts";
import { productVersion } from "../repository/product-folder.ts";
import { planOptions } from "./sync-options.ts";

/** What plan and apply ask for alike: where git is, where the server is, what may be done. */
export async function syncRequest(io: Io, values: Values): Promise<PlanRequest> {
  const root = findRoot(io.cwd);
  if (!isRepository(root) && !flag(values, "allowEmpty"))
    throw usageError(
      `${root} holds no actions: it has neither a rota.yaml nor a folder actions/`,
      "Go to the folder of your repository, or make one with `rota init`. " +
        "If all its actions are meant to be gone: --allow-empty",
    );
  const connection = await connect({ ...io, cwd: root }, values);
  const { address, token, organization, environment } = connection;
  return {
    load: () => loadRepository(root, { worktree: flag(values, "worktree"), environment }),
    server: rotaServer({ address, token, organization }),
    organization,
    engine: `rota ${productVersion()}`,
    options: planOptions(values),
    signal: io.stop,
  };
}

/** Does the work; the problems of a repository that is not valid are shown one by one before it ends. */
export async function explained<T>(io: Io, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidRepository) io.note(renderIssues(error.issues, "text"));
    throw error;
  }
}
