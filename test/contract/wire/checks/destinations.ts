import assert from "node:assert/strict";
import { ok, realtimeCode, refused, type WireCheck, type World } from "../world.ts";
import { zip } from "../zip.ts";

const [destinations, templates] = ["alerts/destinations", "alerts/templates"];
type Item = Record<string, unknown>;

const makeAction = (world: World) =>
  world.create({ execution_details: "service", cron_expr: undefined, file: zip(realtimeCode) });

/** A new template, removed after the check; answers its name. */
async function makeTemplate(world: World, fields: object = {}): Promise<string> {
  const name = world.unique();
  const json = { name, body: '{"alert":"{alert_name}"}', type: "http", ...fields };
  const saved = ok<Item>(await world.request("POST", templates, { json }));
  assert.equal(saved.message, "Template saved");
  assert.equal(saved.name, name);
  assert.match(String(saved.id), /^[0-9A-Za-z]{27}$/);
  world.later(() => world.request("DELETE", `${templates}/${name}`));
  return name;
}

/** A new destination of type action, removed after the check; answers its name. */
async function makeDestination(world: World, fields: object = {}): Promise<string> {
  const name = world.unique();
  const action_id = await makeAction(world);
  const json = { name, type: "action", action_id, url: "", method: "post", headers: {}, ...fields };
  const saved = ok<Item>(await world.request("POST", destinations, { json }));
  assert.deepEqual([saved.code, saved.message, saved.name], [200, "Destination saved", name]);
  assert.match(String(saved.id), /^[0-9A-Za-z]{27}$/);
  world.later(() => world.request("DELETE", `${destinations}/${name}`));
  return name;
}

export const destinationChecks: readonly WireCheck[] = [
  {
    name: "a destination of type action is made, read back as such, listed, changed and deleted",
    async run(world) {
      const template = await makeTemplate(world);
      const name = await makeDestination(world, { template, skip_tls_verify: true, metadata: { team: "a" } });
      const read = ok<Item>(await world.request("GET", `${destinations}/${name}`));
      const { url, ...rest } = read;
      assert.match(String(url), /^https?:\/\//);
      assert.match(String(rest.action_id), /^[0-9A-Za-z]{27}$/);
      assert.deepEqual(
        { ...rest, action_id: "" },
        {
          name,
          method: "post",
          skip_tls_verify: false,
          template,
          emails: [],
          type: "action",
          action_id: "",
          metadata: { team: "a" },
        },
      );
      const listed = ok<Item[]>(await world.request("GET", destinations));
      assert.deepEqual(
        listed.find((one) => one.name === name),
        read,
      );
      const json = { name: "other", type: "action", action_id: read.action_id };
      assert.deepEqual(ok(await world.request("PUT", `${destinations}/${name}`, { json })), {
        code: 200,
        message: "Destination updated",
      });
      const changed = ok<Item>(await world.request("GET", `${destinations}/${name}`));
      assert.deepEqual([changed.name, changed.template, changed.metadata], [name, undefined, {}]);
      assert.deepEqual(ok(await world.request("DELETE", `${destinations}/${name}`)), {
        code: 200,
        message: "Alert destination deleted",
      });
      refused(await world.request("GET", `${destinations}/${name}`), 404, "Destination not found");
      refused(await world.request("DELETE", `${destinations}/${name}`), 404, "Destination not found");
      refused(await world.request("PUT", `${destinations}/${name}`, { json }), 404, "Destination not found");
    },
  },
  {
    name: "a destination that is none is refused in OpenObserve's words",
    async run(world) {
      const action_id = await makeAction(world);
      const name = await makeDestination(world);
      const invalid =
        "Destination name cannot contain ':', '#', '?', '&', '%', '/', quotes and space characters";
      const cases: readonly (readonly [object, string | RegExp])[] = [
        [{ name: "a", type: "action" }, "Invalid action id: Action id is required for action destination"],
        [{ name: "a", type: "action", action_id: "nonsense" }, /^Invalid action id: /],
        [{ name: "", type: "action", action_id }, "Destination name cannot be empty"],
        [{ name: "  ", type: "action", action_id }, "Destination name cannot be empty"],
        [{ name, type: "action", action_id }, "Destination with the same name already exists"],
        [{ name: "a" }, "HTTP destination must have a url"],
        [{ name: "a", type: "sns", sns_topic_arn: "x" }, "SNS destination must have Topic ARN and Region"],
        [{ name: "a", type: "email" }, "Email destination must have at least one email recipient"],
        [{ name: "a", url: "http://127.0.0.1/" }, /^Destination URL blocked by SSRF guard: /],
        [{ name: "a", url: "file:///etc/passwd" }, /^Destination URL blocked by SSRF guard: /],
        ...[..." :#?&%'\"/"].map(
          (sign) => [{ name: `a${sign}b`, type: "action", action_id }, invalid] as const,
        ),
      ];
      for (const [json, message] of cases)
        refused(await world.request("POST", destinations, { json }), 400, message);
    },
  },
  {
    name: "testing a destination of type action is not supported, which is no error",
    async run(world) {
      const answer = await world.request("POST", `${destinations}/test`, { json: { type: "action" } });
      const { success, error } = ok<Item>(answer);
      assert.deepEqual([success, error], [false, "Unsupported destination type for testing: action"]);
    },
  },
  {
    name: "several destinations are deleted at once",
    async run(world) {
      const [one, other] = [await makeDestination(world), await makeDestination(world)];
      const json = { ids: [one, "not_there", other] };
      assert.deepEqual(ok(await world.request("DELETE", `${destinations}/bulk`, { json })), {
        successful: [one, other],
        unsuccessful: ["not_there"],
        err: "Destination not found",
      });
    },
  },
  {
    name: "a template is made, read, listed, changed, kept while it is in use, and deleted",
    async run(world) {
      const name = await makeTemplate(world, { type: "action" });
      const read = ok<Item>(await world.request("GET", `${templates}/${name}`));
      const { isDefault, ...rest } = read;
      assert.equal(isDefault, world.organization === "default" ? true : null);
      assert.deepEqual(rest, {
        name,
        body: '{"alert":"{alert_name}"}',
        isPrebuilt: false,
        type: "http",
        title: "",
        kind: "custom",
      });
      const listed = ok<Item[]>(await world.request("GET", templates));
      assert.deepEqual(
        listed.find((one) => one.name === name),
        read,
      );
      const content = { body: '{"title":"{alert_name}","body":"x"}', kind: "content" };
      const change = (json: object) => world.request("PUT", `${templates}/${name}`, { json });
      assert.deepEqual(ok(await change(content)), { code: 200, message: "Template updated" });
      // A kind that is not sent stays.
      refused(await change({ body: "text" }), 400, /^content template body is not a valid content spec: /);
      ok(await change({ body: "text", kind: "custom" }));
      const user = await makeDestination(world, { template: name });
      const remove = () => world.request("DELETE", `${templates}/${name}`);
      refused(await remove(), 409, `Template is in use for destination ${user}`);
      ok(await world.request("DELETE", `${destinations}/${user}`));
      assert.deepEqual(ok(await remove()), { code: 200, message: "Template deleted" });
      refused(await remove(), 404, "Template not found");
      refused(await world.request("GET", `${templates}/${name}`), 404, "Template not found");
      refused(await change({ body: "x" }), 404, "Template not found");
    },
  },
  {
    name: "a template that is none is refused in OpenObserve's words",
    async run(world) {
      const name = await makeTemplate(world);
      const invalid =
        "Template name cannot contain ':', '#', '?', '&', '%', '/', quotes and space characters";
      const cases: readonly (readonly [object, string | RegExp])[] = [
        [{ name: "a" }, "Template body cannot be empty"],
        [{ body: "x" }, "Template name cannot be empty"],
        [{ name, body: "x" }, "Template with the same name already exists"],
        [{ name: "a b", body: "x" }, invalid],
        [{ name: "a", body: "x", type: "email" }, "Email Template cannot have empty title"],
        [{ name: "a", body: "x", kind: "other" }, "invalid template kind: other"],
        [{ name: "a", body: "x", kind: "content" }, /^content template body is not a valid content spec: /],
        [
          { name: "prebuilt_slack", body: "x" },
          "Template name 'prebuilt_slack' is reserved for system prebuilt templates. Pick a different name.",
        ],
      ];
      for (const [json, message] of cases)
        refused(await world.request("POST", templates, { json }), 400, message);
    },
  },
  {
    name: "the templates that OpenObserve ships are read-only",
    rotaOnly: true, // root may change them there
    async run(world) {
      const text =
        "Template 'prebuilt_slack' is a system prebuilt template and cannot be modified or deleted. Create a copy with a different name to customize it.";
      const path = `${templates}/prebuilt_slack`;
      refused(await world.request("PUT", path, { json: { body: "x" } }), 403, text);
      refused(await world.request("DELETE", path), 403, text);
      const bulk = await world.request("DELETE", `${templates}/bulk`, {
        json: { ids: ["prebuilt_slack", "not_there"] },
      });
      assert.deepEqual(ok(bulk), {
        successful: [],
        unsuccessful: ["prebuilt_slack", "not_there"],
        err: "Template not found",
      });
    },
  },
];
