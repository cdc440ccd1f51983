import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Written last: a folder without it was never finished. Its time is when the environment was last asked for. */
export const marker = ".rota-environment.json";

export const isFinished = (folder: string): Promise<boolean> =>
  stat(join(folder, marker)).then(
    () => true,
    () => false,
  );

/** Notes that the environment is asked for now. Answers whether it is there. */
export async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(join(folder, marker), now, now).then(
    () => true,
    () => isFinished(folder), // a folder that may not be written to
  );
}
