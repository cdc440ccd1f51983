import type { IsolationLevel } from "../../core/run/run.ts";
import type { HostUser } from "../host/find-user.ts";
import type { Isolation } from "../machine/level.ts";

/** What a place makes of the machine for one program. */
export interface Surroundings {
  /** What the keeper is to do. */
  readonly level: IsolationLevel;
  /** What the outcome says; undefined: there was none. */
  readonly isolation: IsolationLevel | undefined;
  /** A user of its own for this one execution. */
  readonly separate: boolean;
  readonly umask: number;
  /** undefined: in the sandbox. */
  readonly host: HostUser | undefined;
}

export const inSandbox = ({ level, separate }: Isolation): Surroundings => ({
  level,
  isolation: level,
  separate,
  umask: 0o077,
  host: undefined,
});

/** Nothing is shut off: the program may do what the user may. */
export const onHost = (host: HostUser): Surroundings => ({
  level: "basic",
  isolation: undefined,
  separate: false,
  umask: 0o022,
  host,
});
