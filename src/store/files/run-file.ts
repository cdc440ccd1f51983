import { join } from "node:path";
import { isKsuid } from "../../core/wire/ksuid.ts";

/**
 * The file of a run in `folder`, spread over a few thousand folders by the id's last two characters, which
 * are random. @throws RangeError for anything but a run's id: nothing else ever becomes a path.
 */
export function runFile(folder: string, run: string, ending: "log" | "input" | "result"): string {
  if (!isKsuid(run)) throw new RangeError("a run's files are named by its id, a KSUID");
  return join(folder, run.slice(-2), `${run}.${ending}`);
}
