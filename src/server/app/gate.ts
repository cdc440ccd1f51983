import { HttpError } from "../http-error.ts";

/** Lets a number of pieces of work through at once and some wait; others are sent away. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** @throws HttpError 503 (from the gate) when `waiting` are waiting already. */
export function createGate(atOnce: number, waiting: number): Gate {
  const queue: (() => void)[] = [];
  let inside = 0;
  const leave = () => {
    const next = queue.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  return async (work) => {
    if (inside < atOnce) inside += 1;
    else if (queue.length < waiting) await new Promise<void>((enter) => queue.push(enter));
    else throw new HttpError(503, "Too many uploads at once; try again in a few seconds", 5);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
