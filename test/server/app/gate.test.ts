import { expect, it } from "vitest";
import { createGate } from "../../../src/server/app/gate.ts";

interface Piece {
  readonly done: Promise<string>;
  finish(): void;
}

it("lets as many in as it may, keeps some waiting in their order, and sends others away", async () => {
  const gate = createGate(2, 1);
  const inside: string[] = [];
  const enter = (name: string): Piece => {
    let finish = () => {};
    const end = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const done = gate(async () => {
      inside.push(name);
      await end;
      return name;
    });
    return { done, finish };
  };
  const [one, two, three] = ["one", "two", "three"].map(enter) as [Piece, Piece, Piece];
  await expect(enter("four").done).rejects.toMatchObject({ status: 503, retryAfter: 5 });
  expect(inside).toEqual(["one", "two"]);
  one.finish();
  expect(await one.done).toBe("one");
  three.finish();
  expect(await three.done).toBe("three");
  two.finish();
  await two.done;
  expect(inside).toEqual(["one", "two", "three"]);
});

it("is open again after work that failed", async () => {
  const gate = createGate(1, 0);
  await expect(gate(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await gate(async () => 1)).toBe(1);
});
