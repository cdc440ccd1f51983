import { Argument } from "commander";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, flag, text, texts, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { People, UserChange, UserJson } from "../connection/people.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { exactTime } from "../output/time-texts.ts";
import { optionsBelong } from "../running/options-belong.ts";
import { readPasswords } from "../running/read-password.ts";
import { verbOf } from "../running/verb-of.ts";

const verbs = ["list", "add", "set", "delete", "password", "logout"] as const;

const takenBy = {
  role: ["add", "set"],
  firstName: ["add", "set"],
  lastName: ["add", "set"],
  old: ["password"],
} as const;

/** `rota users [list|add|set|delete|password|logout] [EMAIL]` */
export const users: CommandModule = {
  define(command) {
    command
      .addArgument(new Argument("[do]", `${verbs.join(", ")}; without: list`))
      .argument("[email]", "of the person")
      .option(
        "--role <role>",
        "add, set: viewer, approver, operator, editor, admin, or one of your own; user is none; may be repeated",
        (value: string, before: string[] = []) => [...before, value],
      )
      .option("--first-name <name>", "add, set: what they are called")
      .option("--last-name <name>", "add, set")
      .option("--old", "password: it is your own, and you know the old one, which is asked for first");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota users", "who there is, with their roles"],
      ["rota users add ada@example.com --role operator", "asks for the first password, and shows nothing"],
      ["rota users set ada@example.com --role editor", "editor in place of operator; own roles stay"],
      ["rota users password ada@example.com", "another password, for administrators; ends their API tokens"],
      ["rota users password me@example.com --old", "your own; the old one first"],
      ["rota users logout ada@example.com", "ends everything that is logged in as them"],
    ]);
  },

  async run(io, values) {
    const what = verbOf("users", verbs, argument(values, 0));
    const email = argument(values, 1);
    if (what === "list" && email !== "") throw usageError("rota users list takes no e-mail");
    if (what !== "list" && email === "") throw usageError(`Who? rota users ${what} EMAIL`);
    optionsBelong({ command: "users", verb: what, values }, takenBy);
    const { people } = client(await connect(io, values));
    if (what === "list") await list(io, people, wantsJson(values));
    else {
      const said = await carryOut(io, people, { what, email, values });
      if (wantsJson(values))
        printJson(io, what === "add" || what === "set" ? await people.user(email) : { email });
      else io.out(said);
    }
    return exitCode.done;
  },
};

interface Asked {
  readonly what: Exclude<(typeof verbs)[number], "list">;
  readonly email: string;
  readonly values: Values;
}

/** Answers what was done, as a sentence. */
async function carryOut(io: Io, people: People, { what, email, values }: Asked): Promise<string> {
  const name = neutralise(email);
  switch (what) {
    case "add": {
      const [password] = await readPasswords(io, [{ what: "Password", isNew: true }]);
      await people.addUser({ email, password, ...fields(values) });
      const roles = texts(values, "role").filter((role) => role !== "user");
      return roles.length === 0
        ? `Added ${name}, without a role: they see nothing but what asks for them. \`rota users set ${name} --role …\` gives one.`
        : `Added ${name} as ${neutralise(roles.join(", "))}.`;
    }
    case "set": {
      const change = fields(values);
      if (Object.keys(change).length === 0)
        throw usageError("What is to be changed? --role, --first-name or --last-name");
      await people.changeUser(email, change);
      return `Changed ${name}.`;
    }
    case "delete":
      await people.deleteUser(email);
      return `Removed ${name}, with their API tokens and their places in roles.`;
    case "password": {
      const own = flag(values, "old");
      const wanted = [{ what: "New password", isNew: true }];
      const read = await readPasswords(
        io,
        own ? [{ what: "Old password", isNew: false }, ...wanted] : wanted,
      );
      const [old, anew] = own ? read : [undefined, read[0]];
      await people.changeUser(email, { change_password: true, old_password: old, new_password: anew });
      return `Set another password for ${name}; API tokens that acted as them are worth nothing any more.`;
    }
    case "logout":
      await people.logOut(email);
      return `Logged ${name} out everywhere; API tokens that acted as them are worth nothing any more.`;
  }
}

/** What options say of a person. */
function fields(values: Values): UserChange {
  const [role, ...more] = texts(values, "role");
  const [first, last] = [text(values, "firstName"), text(values, "lastName")];
  return {
    ...(role !== undefined && { role, custom_role: more }),
    ...(first !== undefined && { first_name: first }),
    ...(last !== undefined && { last_name: last }),
  };
}

async function list(io: Io, people: People, json: boolean): Promise<void> {
  const items = await people.users();
  if (json) printJson(io, { items });
  else for (const line of table(["EMAIL", "NAME", "ROLES", "SINCE"], items.map(row))) io.out(line);
}

const row = ({ email, first_name, last_name, role, roles, created_at }: UserJson) => [
  email,
  [first_name, last_name].filter((part) => part !== "").join(" "),
  role === "root" ? "root" : roles.length === 0 ? "(none)" : roles.join(", "),
  exactTime(created_at),
];
