/** Work that has to wait for its turn. */
export interface Waiting {
  /** Whoever is known goes before strangers, and loses their place to no stranger. */
  readonly known: boolean;
  /** Where it comes from: one place has few of the places in the queue. */
  readonly from: string;
}
export interface FairGateLimits {
  readonly atOnce: number;
  /** In each of the two queues. */
  readonly waiting: number;
  /** Of one place. */
  readonly fromOne: number;
}
/** "full": not done, as too much is waiting. */
export type FairGate = <T>(who: Waiting, work: () => Promise<T>) => Promise<T | "full">;

interface Place {
  readonly from: string;
  readonly enter: (goes: boolean) => void;
}

/**
 * Bounds how much is done at once without letting those who ask most shut the others out: those who are known have a
 * queue of their own that goes first, one place cannot fill a queue, and a full queue of strangers gives up any one of
 * them, not always the last to come. `random` gives 0 up to, not including, 1.
 */
export function fairGate({ atOnce, waiting, fromOne }: FairGateLimits, random: () => number): FairGate {
  const known: Place[] = [];
  const strangers: Place[] = [];
  let inside = 0;

  const turn = (who: Waiting): Promise<boolean> | boolean => {
    if (inside < atOnce) {
      inside += 1;
      return true;
    }
    const queue = who.known ? known : strangers;
    if (queue.filter(({ from }) => from === who.from).length >= fromOne) return false;
    if (queue.length >= waiting) {
      if (who.known) return false;
      const given = Math.floor(random() * (queue.length + 1));
      if (given === queue.length) return false;
      queue.splice(given, 1)[0]?.enter(false);
    }
    return new Promise((enter) => queue.push({ from: who.from, enter }));
  };
  const leave = () => {
    const next = known.shift() ?? strangers.shift();
    if (next === undefined) inside -= 1;
    else next.enter(true);
  };
  return async (who, work) => {
    if (!(await turn(who))) return "full";
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
