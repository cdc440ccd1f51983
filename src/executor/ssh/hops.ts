import type { SshTarget } from "../../runs/ports/executor.ts";

/** A machine on the way, by the name that our own configuration and every message of ssh has for it. */
export interface Hop {
  readonly alias: string;
  readonly target: SshTarget;
}

/** The machine itself, as `target`, then those that the way to it goes through, the nearest to us last. */
export function hopsTo(target: SshTarget): readonly Hop[] {
  const hops: Hop[] = [];
  for (let one: SshTarget | undefined = target; one !== undefined; one = one.jump)
    hops.push({ alias: hops.length === 0 ? "target" : `hop${hops.length}`, target: one });
  return hops;
}

/** As in "web-1.example.com", "[::1]:2222". */
export const machineName = ({ host, port }: SshTarget): string =>
  port === 22 ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`;
