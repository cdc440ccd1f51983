import { Argument } from "commander";
import { builtInRoles } from "../../core/access/built-in-roles.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { People } from "../connection/people.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { stillAllowed, whyIdle } from "../running/idle-grant.ts";
import { verbOf } from "../running/verb-of.ts";

const verbs = ["list", "show", "create", "grant", "revoke", "add", "remove", "delete"] as const;
type Verb = (typeof verbs)[number];

/** What stands behind the name, for each verb that takes more. */
const rest: Partial<Record<Verb, string>> = {
  grant: "OBJECT PERMISSION…",
  revoke: "OBJECT PERMISSION…",
  add: "EMAIL…",
  remove: "EMAIL…",
};

/** `rota roles [list|show|create|grant|revoke|add|remove|delete] [NAME] […]` */
export const roles: CommandModule = {
  define(command) {
    command
      .addArgument(new Argument("[do]", `${verbs.join(", ")}; without: list`))
      .argument("[name]", "of the role")
      .argument("[more...]", "grant, revoke: an object and permissions; add, remove: e-mails");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota roles", "those that every organization has, and own ones"],
      ["rota roles show operator", "what it allows, and who has it"],
      ["rota roles add operator ada@example.com", "give it to somebody"],
      ["rota roles create web-team", "one of your own"],
      ["rota roles grant web-team 'runs:name:web-*' AllowAll", "starting actions named web-…"],
      ["rota roles revoke web-team 'runs:name:web-*' AllowAll", "take that away again"],
    ]);
  },

  async run(io, values) {
    const what = verbOf("roles", verbs, argument(values, 0));
    const [name, more] = [argument(values, 1), moreOf(values)];
    if (what === "list" && name !== "")
      throw usageError("rota roles list takes no name; rota roles show NAME");
    if (what !== "list" && name === "") throw usageError(`Which role? rota roles ${what} NAME`);
    const takes = rest[what];
    const fewest = takes === undefined ? 0 : takes.startsWith("OBJECT") ? 2 : 1;
    if (more.length < fewest || (takes === undefined && more.length > 0))
      throw usageError(`It is written rota roles ${what} NAME${takes === undefined ? "" : ` ${takes}`}`);
    const { people, connection } = client(await connect(io, values));
    const json = wantsJson(values);
    if (what === "list") await list(io, people, json);
    else if (what === "show") await show(io, people, { name, json });
    else {
      const said = await carryOut(people, what, { name, more });
      if (json) printJson(io, what === "delete" ? { name } : { name, ...(await people.role(name)) });
      else io.out(said);
      if (what === "grant" || what === "revoke")
        for (const line of await remarks(people, what, { name, more }, connection.organization))
          io.note(neutralise(line));
    }
    return exitCode.done;
  },
};

function moreOf(values: Values): readonly string[] {
  const more = values.arguments[2];
  return Array.isArray(more) ? more : [];
}

interface Asked {
  readonly name: string;
  readonly more: readonly string[];
}

/** Answers what was done, as a sentence. */
async function carryOut(
  people: People,
  what: Exclude<Verb, "list" | "show">,
  { name, more }: Asked,
): Promise<string> {
  const [object = "", ...permissions] = more;
  const grants = permissions.map((permission) => ({ object, permission }));
  const [role, whom] = [neutralise(name), more.map((one) => neutralise(one)).join(", ")];
  switch (what) {
    case "create":
      await people.createRole(name);
      return `Created ${role}: it allows nothing yet. \`rota roles grant\` changes that.`;
    case "grant":
      await people.changeRole(name, { add: grants });
      return `${role} allows ${permissions.map((one) => neutralise(one)).join(", ")} on ${neutralise(object)}.`;
    case "revoke":
      await people.changeRole(name, { remove: grants });
      return `Took ${permissions.map((one) => neutralise(one)).join(", ")} on ${neutralise(object)} from ${role}.`;
    case "add":
      await people.changeRole(name, { add_users: more });
      return `${role} has been given to ${whom}.`;
    case "remove":
      await people.changeRole(name, { remove_users: more });
      return `${role} has been taken from ${whom}.`;
    case "delete":
      await people.deleteRole(name);
      return `Deleted ${role}: who had it has it no more.`;
  }
}

/** What is not as it looks after a change: a permission that allows nothing, or one that a wider one still gives. */
async function remarks(
  people: People,
  what: "grant" | "revoke",
  { name, more: [object = "", ...permissions] }: Asked,
  organization: string,
): Promise<readonly string[]> {
  if (what === "grant") return [whyIdle(object, organization) ?? []].flat();
  // Who may change a role may lack the right to read it: then nothing is remarked.
  const left = (await people.role(name).catch(() => undefined))?.permissions ?? [];
  return permissions.flatMap((permission) =>
    stillAllowed({ object, permission }, left, organization).map(
      (wider) => `${name} still allows it, by ${wider.permission} on ${wider.object}.`,
    ),
  );
}

async function list(io: Io, people: People, json: boolean): Promise<void> {
  const items = (await people.roles()).map((name) => {
    const known = builtInRoles.find((role) => role.name === name);
    return { name, built_in: known !== undefined, title: known?.title ?? "" };
  });
  if (json) return printJson(io, { items });
  const rows = items.map(({ name, built_in, title }) => [name, built_in ? title : "one of your own"]);
  for (const line of table(["ROLE", "WHAT IT IS FOR"], rows)) io.out(line);
}

async function show(io: Io, people: People, { name, json }: { name: string; json: boolean }): Promise<void> {
  const { permissions, users } = await people.role(name);
  if (json) return printJson(io, { name, permissions, users });
  const byObject = Map.groupBy(permissions, ({ object }) => object);
  const rows = [...byObject].map(([object, grants]) => [
    object,
    grants.map(({ permission }) => permission).join(" "),
  ]);
  if (rows.length === 0) io.out(`${neutralise(name)} allows nothing.`);
  else for (const line of table(["OBJECT", "ALLOWS"], rows)) io.out(line);
  io.out(users.length === 0 ? "Nobody has it." : `Had by: ${users.map((one) => neutralise(one)).join(", ")}`);
}
