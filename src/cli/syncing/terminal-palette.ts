import type { Palette } from "../../core/plan/render/palette.ts";
import type { Io } from "../io.ts";

/** The plan's colours, on standard output or (`note`) standard error. */
export function terminalPalette(io: Io, stream: "out" | "note"): Palette {
  const paint = stream === "out" ? io.style : io.styleNote;
  return {
    create: (text) => paint("green", text),
    update: (text) => paint("yellow", text),
    replace: (text) => paint("magenta", text),
    delete: (text) => paint("red", text),
    warning: (text) => paint("yellow", text),
    refusal: (text) => paint("red", text),
    strong: (text) => paint("bold", text),
    faint: (text) => paint("dim", text),
  };
}
