import type { ApplyReport } from "../../sync/index.ts";
import type { Io } from "../io.ts";
import { neutralise } from "../output/neutralise.ts";
import { itemLine } from "./apply-progress.ts";

/** The end of an apply for a person: counts, then each item that is not done, then how to go on. */
export function printReport(io: Io, report: ApplyReport): void {
  const count = (outcome: string) => report.items.filter((item) => item.outcome === outcome).length;
  const [done, failed, left] = [count("done"), count("failed"), count("not-attempted")];
  if (report.items.length > 0) {
    const parts = [`${done} done`];
    if (failed > 0) parts.push(io.style("red", `${failed} failed`));
    if (left > 0) parts.push(io.style("yellow", `${left} not attempted`));
    io.out(`Applied: ${parts.join(", ")}.`);
  } else io.out("Nothing to apply: the server is what git says.");
  for (const item of report.items)
    if (item.outcome === "not-attempted" || (item.outcome === "failed" && io.live))
      io.note(itemLine(io, item));
  if (report.cancelledBy !== undefined) io.note(`Stopped by ${report.cancelledBy}.`);
  if (report.ledger.state === "lost")
    io.note("Someone else applied meanwhile, so this apply is not in the server's record.");
  if (report.ledger.state === "failed")
    io.note(`The server's record could not be moved: ${neutralise(report.ledger.error.message)}`);
  if (report.notConverged !== undefined && report.cancelledBy === undefined)
    io.note(`The server is not yet what git says: ${neutralise(report.notConverged)}`);
  if (report.resume !== undefined) io.note(`To do the rest: ${neutralise(report.resume)}`);
}
