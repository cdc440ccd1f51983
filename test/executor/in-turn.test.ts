import { expect, test } from "vitest";
import { inTurn } from "../../src/executor/sandbox/in-turn.ts";

const never = new AbortController().signal;
/** Lets everything that is ready to go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("who leaves while waiting lets nobody past those before it", async () => {
  const takeTurn = inTurn();
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = takeTurn("key", never, async () => {
    said.push("first begins");
    await first.promise;
    said.push("first ends");
  });
  const impatient = new AbortController();
  const left = takeTurn("key", impatient.signal, async () => void said.push("never"));
  await settled();
  impatient.abort();
  expect(await left).toBeUndefined();
  const third = takeTurn("key", never, async () => void said.push("third"));
  await settled();
  expect(said).toEqual(["first begins"]);
  first.resolve();
  await Promise.all([running, third]);
  expect(said).toEqual(["first begins", "first ends", "third"]);
});

test("work that fails passes the turn on, and other keys do not wait", async () => {
  const takeTurn = inTurn();
  const failing = takeTurn("key", never, () => Promise.reject(new Error("no")));
  const next = takeTurn("key", never, async () => "next");
  expect(await takeTurn("other", never, async () => "other")).toBe("other");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("next");
});
