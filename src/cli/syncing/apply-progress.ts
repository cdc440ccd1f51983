import type { ApplyEvent, ItemReport } from "../../sync/index.ts";
import type { Io } from "../io.ts";
import { neutralise } from "../output/neutralise.ts";

const barWidth = 24;

/**
 * Shows an apply while it works, on standard error: a bar that moves on a terminal, a line for each item
 * elsewhere. `done` takes the bar away.
 */
export function applyProgress(io: Io): { tell: (event: ApplyEvent) => void; done: () => void } {
  let shown = false;
  const clear = () => {
    if (shown) process.stderr.write("\r\u001b[2K");
    shown = false;
  };
  const bar = (done: number, total: number, name: string) => {
    const filled = Math.round((done / Math.max(1, total)) * barWidth);
    const line = `[${"#".repeat(filled)}${"-".repeat(barWidth - filled)}] ${done}/${total} ${neutralise(name)}`;
    clear();
    process.stderr.write([...line].slice(0, io.width - 1).join(""));
    shown = true;
  };
  return {
    tell: (event) => {
      if (event.event === "ended") {
        if (event.report.outcome === "failed" || !io.live) {
          clear();
          io.note(itemLine(io, event.report));
        }
        if (io.live) bar(event.done, event.total, event.report.name);
      } else if (event.event === "verifying" && !io.live) io.note("Looking at the server once more.");
    },
    done: clear,
  };
}

const marks = { done: "done", failed: "failed", "not-attempted": "not attempted" } as const;
const colours = { done: "green", failed: "red", "not-attempted": "yellow" } as const;

/** "done  create action disk_check", with the reason where it did not work. */
export function itemLine(io: Io, report: ItemReport): string {
  const what = `${report.operation} ${report.kind.replace("-", " ")} ${neutralise(report.name)}`;
  const why =
    report.outcome === "failed"
      ? `: ${neutralise(report.error.message, true).replaceAll("\n", "\n    ")}`
      : report.outcome === "not-attempted"
        ? `: ${neutralise(report.because)}`
        : "";
  return `${io.styleNote(colours[report.outcome], marks[report.outcome].padEnd(13))} ${what}${why}`;
}
