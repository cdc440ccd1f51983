import { Argument } from "commander";
import { parseDuration } from "../../core/action/units.ts";
import { after, fromMilliseconds, type Instant } from "../../core/time.ts";
import { usageError } from "../cli-error.ts";
import { argument, type CommandModule, examples, text, texts, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { GrantJson, People, TokenJson } from "../connection/people.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { table } from "../output/table.ts";
import { exactTime, relativeTime } from "../output/time-texts.ts";
import { whyIdle } from "../running/idle-grant.ts";
import { optionsBelong } from "../running/options-belong.ts";
import { verbOf } from "../running/verb-of.ts";

const verbs = ["list", "create", "delete"] as const;

const atCreate = ["create"];
const takenBy = { name: atCreate, expires: atCreate, for: atCreate, role: atCreate, grant: atCreate };

/** `rota tokens [list|create|delete] [ID]` */
export const tokens: CommandModule = {
  define(command) {
    command
      .addArgument(new Argument("[do]", `${verbs.join(", ")}; without: list`))
      .argument("[id]", "delete: of the token")
      .option("--name <name>", "create: what it is for")
      .option("--expires <span>", "create: how long it is good, as 12h or 30d; without: for ever")
      .option("--for <email>", "create: whom it acts as; administrators only")
      .option("--role <role>", "create: it may no more than this role")
      .option(
        "--grant <object=permissions>",
        "create: it may no more than this; may be repeated",
        (value: string, before: string[] = []) => [...before, value],
      );
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota tokens", "yours; an administrator sees all"],
      ["rota tokens create --name ci --expires 30d --role editor", "prints the token, this once"],
      [
        "rota tokens create --name night --grant 'runs:name:web-*=AllowPost,AllowGet'",
        "starts those and follows them, nothing else",
      ],
      ["rota tokens delete 2sXyEw7f5sKk8pGk1n0Q0h4cZbT", "worth nothing from now on"],
    ]);
  },

  async run(io, values) {
    const what = verbOf("tokens", verbs, argument(values, 0));
    const id = argument(values, 1);
    if (what === "delete" && id === "")
      throw usageError("Which one? rota tokens delete ID; `rota tokens` lists them");
    if (what !== "delete" && id !== "") throw usageError(`rota tokens ${what} takes no id`);
    optionsBelong({ command: "tokens", verb: what, values }, takenBy);
    const asked = what === "create" ? askedOf(values, io.now()) : undefined;
    const { people, connection } = client(await connect(io, values));
    if (asked !== undefined) {
      await create(io, people, { asked, json: wantsJson(values) });
      for (const { object } of asked.permissions ?? []) {
        const why = whyIdle(object, connection.organization);
        if (why !== undefined) io.note(neutralise(why));
      }
    } else if (what === "delete") {
      await people.deleteToken(id);
      if (wantsJson(values)) printJson(io, { id });
      else io.out(`Deleted ${neutralise(id)}: it is worth nothing any more.`);
    } else await list(io, people, wantsJson(values));
    return exitCode.done;
  },
};

type Asked = Parameters<People["createToken"]>[0];

function askedOf(values: Values, now: number): Asked {
  const name = text(values, "name");
  if (name === undefined || name === "") throw usageError("What is it for? rota tokens create --name NAME");
  const grants = texts(values, "grant").flatMap(readGrant);
  return {
    name,
    email: text(values, "for"),
    expires_at: expiry(text(values, "expires"), now),
    role: text(values, "role"),
    permissions: grants.length === 0 ? undefined : grants,
  };
}

function expiry(written: string | undefined, now: number): Instant | undefined {
  if (written === undefined) return undefined;
  if (!/^[1-9]\d{0,5}[dhms]$/.test(written))
    throw usageError("--expires is a span, as 12h or 30d; without it the token is good for ever");
  return after(fromMilliseconds(now), parseDuration(written));
}

/** "runs:name:web-*=AllowPost,AllowGet" */
function readGrant(written: string): readonly GrantJson[] {
  const [, object, permissions] = /^([^=]+)=([A-Za-z,]+)$/.exec(written) ?? [];
  if (object === undefined || permissions === undefined)
    throw usageError(
      "--grant is an object and what may be done with it, as 'runs:name:web-*=AllowPost,AllowGet'",
    );
  return permissions.split(",").map((permission) => ({ object, permission }));
}

/** The token alone on standard output, so that it can be piped to where it belongs. */
async function create(
  io: Io,
  people: People,
  { asked, json }: { asked: Asked; json: boolean },
): Promise<void> {
  const made = await people.createToken(asked);
  if (json) return printJson(io, made);
  io.out(neutralise(made.token));
  io.note(
    `That is the token, shown this once: it acts as ${neutralise(made.email)}${narrowing(made)}, ${expiryText(made, io.now())}.`,
  );
}

async function list(io: Io, people: People, json: boolean): Promise<void> {
  const items = await people.tokens();
  if (json) printJson(io, { items });
  else if (items.length === 0) io.out("There are no API tokens. `rota tokens create --name NAME` makes one.");
  else
    for (const line of table(
      headings,
      items.map((item) => row(item, io.now())),
    ))
      io.out(line);
}

const headings = ["ID", "NAME", "ACTS AS", "AT MOST", "EXPIRES", "LAST USED", "MADE BY"];

const row = (token: TokenJson, now: number) => [
  token.id,
  token.name,
  token.email,
  token.role ??
    token.permissions?.map(({ object, permission }) => `${object}=${permission}`).join(" ") ??
    "all",
  token.expires_at === null
    ? "never"
    : `${relativeTime(token.expires_at, now)}  (${exactTime(token.expires_at)})`,
  token.last_used_at === null ? "never" : relativeTime(token.last_used_at, now),
  token.created_by ?? "",
];

const narrowing = ({ role, permissions }: TokenJson): string =>
  role !== null
    ? ` and may no more than ${neutralise(role)}`
    : permissions === null
      ? ""
      : " and may no more than what was granted";

const expiryText = ({ expires_at: at }: TokenJson, now: number): string =>
  at === null ? "for ever" : `until ${exactTime(at)} (${relativeTime(at, now)})`;
