import { fromMilliseconds } from "../../core/time.ts";
import { exitCodes } from "../exit-codes.ts";
import { Refusal } from "../refusal.ts";
import { RepositoryError } from "../repository/repository-error.ts";
import { startEntryPointCheck } from "./check-entry-points.ts";
import { findPython } from "./find-python.ts";
import type { Validated, ValidateOptions } from "./validate-repository.ts";

/**
 * Validates the repository that `folder` lies in, its files as they are on disk: what a person does before a
 * commit.
 *
 * @throws Refusal (exit 2) when the folder cannot be read
 */
export async function validateFolder(
  folder: string,
  options: Pick<ValidateOptions<never>, "environment" | "env">,
): Promise<Validated<never>> {
  // Python starts while the rest is still being loaded.
  const python = startEntryPointCheck(findPython(options.env));
  try {
    const [{ openRepository }, { validateRepository }] = await Promise.all([
      import("../repository/open-repository.ts"),
      import("./validate-repository.ts"),
    ]);
    const repository = await openRepository(folder);
    try {
      return await validateRepository<never>(repository.workTree(), {
        ...options,
        python,
        offline: true,
        now: fromMilliseconds(Date.now()),
      });
    } finally {
      await repository.close();
    }
  } catch (error) {
    if (error instanceof RepositoryError)
      throw new Refusal(error.code, exitCodes.usage, error.message, undefined, { cause: error });
    throw error;
  } finally {
    python.stop();
  }
}
