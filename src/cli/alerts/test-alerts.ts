import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Action } from "../../core/action/action.ts";
import { type Alert, type ReceiverKind, receiverKinds } from "../../core/alert/alert.ts";
import { guessKind } from "../../core/alert/read/guess-kind.ts";
import { readAlerts } from "../../core/alert/read/read-alerts.ts";
import type { Json } from "../../core/json.ts";
import { isDeeperThan } from "../../core/wire/json-depth.ts";
import { usageError } from "../cli-error.ts";
import { text, type Values } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { memberName, readWorkTree } from "../repository/work-tree-actions.ts";
import { type JudgedLink, judgeAlert } from "./judge-alert.ts";

/**
 * `rota alerts test FILE`: what the message would start, with the actions of the work tree. Exit 3 when a link cannot
 * be carried out as it is written, or an action is not valid.
 *
 * @throws CliError (exit 2) for a file that is no message of the receiver
 */
export async function testAlerts(io: Io, values: Values, file: string): Promise<number> {
  const { kind, alerts } = await readMessage(io, values, file);
  const tree = await readWorkTree(io, text(values, "environment"));
  const members = tree.members.toSorted((a, b) => (memberName(a) < memberName(b) ? -1 : 1));
  const invalid = members.filter(({ action }) => action === undefined).map(memberName);
  const actions = members.flatMap(({ action }) => action ?? []);
  const judged = [];
  for (const alert of alerts) judged.push({ alert, links: await judgeAlert(actions, alert) });
  if (wantsJson(values))
    printJson(io, {
      receiver: kind,
      items: judged.map(({ alert, links }) => ({ alert: alertJson(alert), links: links.map(linkJson) })),
      invalid,
    });
  else print(io, kind, judged, actions);
  if (invalid.length > 0)
    io.note(neutralise(`Not valid, and so not tried: ${invalid.join(", ")}. \`rota validate\` says why.`));
  const failed = judged.some(({ links }) => links.some(({ verdict }) => verdict === "failed"));
  return failed || invalid.length > 0 ? exitCode.invalid : exitCode.done;
}

async function readMessage(
  io: Io,
  values: Values,
  file: string,
): Promise<{ kind: ReceiverKind; alerts: readonly Alert[] }> {
  const bytes = Buffer.from(file === "-" ? await io.input() : await readText(io, file));
  if (isDeeperThan(bytes, 200)) throw usageError(`${file} is nested deeper than 200 levels`);
  const body = parsed(bytes.toString("utf8"), file);
  const kind = chosenKind(text(values, "receiver")) ?? guessKind(body);
  const read = readAlerts(kind, body, kind);
  if (read.ok) return { kind, alerts: read.alerts };
  throw usageError(
    `${file} is no message for the receiver ${kind}: ${read.problem}`,
    `--receiver says whose form it has: ${receiverKinds.join(", ")}.`,
  );
}

const readText = (io: Io, file: string): Promise<string> =>
  readFile(resolve(io.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${file} cannot be read: ${error.code === "ENOENT" ? "no such file" : error.message}`);
  });

function parsed(json: string, file: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch (error) {
    throw usageError(`${file} holds no JSON: ${(error as Error).message.replaceAll(/\s+/g, " ")}`);
  }
}

function chosenKind(written: string | undefined): ReceiverKind | undefined {
  const kind = receiverKinds.find((one) => one === written);
  if (written === undefined || kind !== undefined) return kind;
  throw usageError(`There is no receiver "${written}"`, `There are: ${receiverKinds.join(", ")}`);
}

interface Judged {
  readonly alert: Alert;
  readonly links: readonly JudgedLink[];
}

function print(io: Io, kind: ReceiverKind, judged: readonly Judged[], actions: readonly Action[]): void {
  if (judged.length === 0) io.out("The message has no alerts.");
  for (const [at, { alert, links }] of judged.entries()) {
    if (at > 0) io.out("");
    const starting = links.filter(({ verdict }) => verdict === "starts").length;
    const counted = `${starting} of ${links.length} ${links.length === 1 ? "link starts" : "links start"} a run`;
    io.out(`${io.style("bold", neutralise(alert.name))} (${alert.state}, ${kind}): ${counted}`);
    for (const link of links) printLink(io, link);
  }
  if (actions.every(({ alerts }) => alerts.length === 0))
    io.out("No action here has alerts: in its manifest, so none could start.");
}

const colours = { starts: "green", not: "dim", failed: "red" } as const;

function printLink(
  io: Io,
  { action, link, verdict, why, start, key, cooldown, parameters }: JudgedLink,
): void {
  const name = `${action} (alerts[${link}])`;
  const more = [
    start,
    ...(key === undefined ? [] : [`key ${JSON.stringify(key)}`]),
    ...(cooldown === undefined ? [] : [`cool-down ${cooldown}`]),
  ].join(", ");
  io.out(`  ${io.style(colours[verdict], verdict.padEnd(6))}  ${neutralise(`${name}: ${why ?? more}`)}`);
  if (parameters !== undefined && Object.keys(parameters).length > 0)
    io.out(`          ${neutralise(`with ${JSON.stringify(parameters)}`)}`);
}

const alertJson = ({ name, state, receiver, labels, fingerprint }: Alert) => ({
  name,
  state,
  receiver,
  labels,
  fingerprint,
});

const linkJson = ({ why, key, cooldown, parameters, ...rest }: JudgedLink) => ({
  ...rest,
  why: why ?? null,
  key: key ?? null,
  cooldown: cooldown ?? null,
  parameters: parameters ?? null,
});
