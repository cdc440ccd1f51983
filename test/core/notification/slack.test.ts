import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/core/notification/message.ts";
import { slackMessage } from "../../../src/core/notification/slack.ts";
import { samples } from "../../samples.ts";

const about = (text: string): Message => ({
  version: 1,
  id: "test-1",
  event: "failure",
  organization: "default",
  action: { id: "2sXyEw7f5sKk8pGk1n0Q0h4cZbT", name: "check" },
  text,
  run: null,
  approval: null,
  counts: null,
});
const sections = (message: Message) =>
  (slackMessage(message).blocks as { text?: { text: string } }[]).flatMap(({ text }) => text?.text ?? []);

describe("a message for Slack", () => {
  it("has no text that Slack refuses for its length, whatever a run says", () => {
    for (const long of ["&".repeat(4_000), "<!channel>".repeat(1_000), "é".repeat(4_000), "😀".repeat(4_000)])
      for (const text of sections(about(long))) {
        expect(text.length).toBeLessThanOrEqual(3_000);
        expect(text.isWellFormed()).toBe(true);
      }
  });

  it("says of a text that fits everything, and of any no more than text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const [section = ""] = sections(about(text));
        expect(section).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        const read = section.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
        expect(read).toBe(`:red_circle: *${text.toWellFormed().replaceAll("*", "∗")}*`);
      }),
      samples(60, 2_000),
    );
  });
});
