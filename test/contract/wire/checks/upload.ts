import assert from "node:assert/strict";
import type { UploadFields, WireCheck, World } from "../world.ts";
import { idOf, ok, realtimeCode, refused, scheduledCode, usualForm } from "../world.ts";
import { zip } from "../zip.ts";

/** A form that must be refused, with OpenObserve's words. */
const refusal = (what: string, fields: UploadFields, message: string | RegExp): WireCheck => ({
  name: `an upload ${what} is 400 ${JSON.stringify(String(message))}`,
  async run(world) {
    const answer = await world.upload({ ...usualForm(world.unique(), world.account), ...fields });
    if (answer.status === 200) await world.request("DELETE", `actions/${idOf(answer)}`);
    refused(answer, 400, message);
  },
});

const isThere = async (world: World, id: string) =>
  ok<{ id: string }[]>(await world.request("GET", "actions")).some((action) => action.id === id);

/** `POST /actions/upload`. */
export const upload: readonly WireCheck[] = [
  {
    name: "an upload of each execution type makes an action",
    async run(world) {
      for (const [execution_details, code, cron_expr] of [
        ["repeat", scheduledCode, "0 0 1 1 *"],
        ["service", realtimeCode, undefined],
        ["once", scheduledCode, undefined],
      ] as const) {
        const id = await world.create({ execution_details, cron_expr, file: zip(code) });
        assert.ok(await isThere(world, id), `${execution_details} is not in the list`);
      }
    },
  },
  {
    name: "fields that OpenObserve does not know are ignored",
    async run(world) {
      assert.ok(await isThere(world, await world.create({ colour: "blue", timezone: "UTC" })));
    },
  },
  refusal("with an empty name", { name: "" }, "Name field is missing or empty"),
  refusal("with an empty filename", { filename: "" }, "Filename field is missing or empty"),
  refusal("with an empty file", { file: new Uint8Array() }, "File is missing or empty"),
  refusal("of an unknown type", { execution_details: "Repeat" }, "Invalid execution details"),
  refusal(
    "with a key in lower case",
    { environment_variables: '{"level":"1"}' },
    "Environment variable keys must be uppercase and alphanumeric",
  ),
  refusal(
    "with bad environment JSON",
    { environment_variables: "{" },
    "Invalid JSON in environment variables",
  ),
  refusal(
    "with a number as a variable",
    { environment_variables: '{"LEVEL":1}' },
    "Invalid JSON in environment variables",
  ),
  ...[
    refusal(
      "whose main.py takes what it is not given",
      { file: zip({ "main.py": "\n\ndef main(data):\n    pass\n" }) },
      /^main\.py:3: main of a scheduled action is called without arguments, and this one needs data; write def main\(\):$/,
    ),
    refusal(
      "whose main.py is no Python",
      { file: zip({ "main.py": "def main()\n" }) },
      /^main\.py:1: this is not Python: /,
    ),
  ].map((check) => ({ ...check, rotaOnly: true as const })),
  refusal("with a malformed id", { id: "nonsense" }, "Invalid ID"),
  ...["name", "owner", "file", "filename", "execution_details"].map((field) =>
    refusal(`without ${field}`, { [field]: undefined }, "Missing mandatory fields"),
  ),
  refusal(
    "for an unknown service account",
    { service_account: "nobody-contract@example.com" },
    /^Failed to fetch passcode/,
  ),
  refusal("of bytes that are no zip", { file: Buffer.from("not a zip at all") }, /^Error reading ZIP file/),
  {
    name: "a field's own mistake is told before a missing field",
    async run(world) {
      const form = {
        ...usualForm(world.unique(), world.account),
        owner: undefined,
        execution_details: "never",
      };
      refused(await world.upload(form), 400, "Invalid execution details");
    },
  },
  {
    name: "an upload with an id replaces code and fields, and keeps the id",
    async run(world) {
      const name = world.unique();
      const id = await world.create({ name });
      const file = zip({ "main.py": 'def main():\n    print("second")\n' });
      const form = {
        ...usualForm(name, world.account),
        file,
        filename: "second.zip",
        description: "second",
        id,
      };
      assert.equal(idOf(await world.upload(form)), id);
      const details = ok<Record<string, unknown>>(await world.request("GET", `actions/${id}`));
      assert.equal(details.description, "second");
      const downloaded = await world.request("GET", `actions/download/${id}`);
      assert.deepEqual(downloaded.bytes, file);
    },
  },
  {
    name: "an upload with the id of nothing is 400",
    async run(world) {
      const form = { ...usualForm(world.unique(), world.account), id: "2sXyEw7f5sKk8pGk1n0Q0h4cZbT" };
      refused(await world.upload(form), 400);
    },
  },
];
