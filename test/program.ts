import { inject } from "vitest";

/** The program as it is built now: the arguments of Node that start it. */
export const entry: string = inject("program").main;

/** What a process of it has of this one's environment: nothing of its ROTA_*. */
export const programEnv = (): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NO_COLOR: "1",
  NODE_COMPILE_CACHE: inject("program").compiled,
});
