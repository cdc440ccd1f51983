import { describe, expect, test } from "vitest";
import { sh, sharedWorld } from "../world.ts";
import { servers } from "./servers.ts";
import { startSsh2 } from "./start-ssh2.ts";

/** A machine that answers what it likes instead of running what it is given: it knows the signs, which are sent to it. */
describe.skipIf(servers.every(({ missing }) => missing !== undefined))("a hostile machine", () => {
  const { executor } = sharedWorld();

  const answering = (answer: (end: string) => Iterable<string>) =>
    startSsh2((channel) => {
      let asked = "";
      channel.on("error", () => undefined);
      channel.on("data", (data: Buffer) => {
        const before = asked.includes("rota_main");
        asked += data.toString("latin1");
        if (before || !asked.includes("\nrota_main")) return;
        const sign = (name: string) => new RegExp(`^rota_${name}=(\\w+)$`, "m").exec(asked)?.[1] ?? "";
        channel.write(`${sign("begin")} ok\n`);
        const pieces = answer(sign("end"))[Symbol.iterator]();
        const next = (): void => {
          const { value, done } = pieces.next();
          if (!done && !channel.destroyed) channel.write(value, next);
        };
        next();
      });
    });

  function* flood(first: string) {
    yield first;
    for (let count = 0; count < 4000; count++) yield "x".repeat(65_536);
  }

  test.each<[string, (end: string) => Iterable<string>]>([
    ["a size that is no number", (end) => [`${end} exit 0 0 many\n${end}\n`]],
    ["a size below zero", (end) => [`${end} exit 0 0 -7\n${end}\n`]],
    ["another word for an end", (end) => [`${end} unstarted 0 0 0\n${end}\n`]],
    ["a word that is no text", (end) => [`${end} \u00ff\u00fe 0 0 0\n${end}\n`]],
    ["more than it may give back", (end) => flood(`${end} exit 0 0 999999999999\n`)],
    ["a line without an end", (end) => flood(`${end} exit`)],
    ["fewer bytes than it says", (end) => [`${end} exit 0 0 100\n`, `${end}\n`, "x".repeat(20_000)]],
  ])("that tells %s has told no end", async (_, answer) => {
    const machine = await answering(answer);
    try {
      const { outcome } = await sh(executor, "true", { place: machine.place });
      expect(outcome.reason).toMatch(
        /did not report its end as it should\. Whether it came to its end is not known\.$/,
      );
      expect(outcome).toMatchObject({ end: "failed", result: undefined });
    } finally {
      await machine.end();
    }
  });
});
