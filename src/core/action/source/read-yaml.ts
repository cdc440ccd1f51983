import { Composer, type CST, type Document, type Node, Parser } from "yaml";
import { refusedCharacter } from "../../unseen-characters.ts";
import type { Issue } from "../issue.ts";
import { buildValue } from "./build-value.ts";
import { checkTokens, type TokenProblem } from "./check-tokens.ts";
import { decodeText } from "./decode-text.ts";
import type { Locator } from "./locate.ts";
import { SourceText } from "./source-text.ts";
import { syntaxProblem } from "./syntax-problem.ts";
import { yamlLocator } from "./yaml-locator.ts";

/** A written file as a plain value. There is no value where issues has an error. */
export interface ReadYaml {
  readonly value: unknown;
  readonly text: string | undefined;
  readonly locator: Locator | undefined;
  readonly issues: readonly Issue[];
}

/** Reads one YAML 1.2 document of plain values. Never throws, whatever the bytes. */
export function readYaml(bytes: Uint8Array, file: string): ReadYaml {
  const decoded = decodeText(bytes, file);
  if (!decoded.ok) return { value: undefined, text: undefined, locator: undefined, issues: [decoded.issue] };
  const { text } = decoded;
  const source = new SourceText(text);
  const refuse = (problems: readonly TokenProblem[]): ReadYaml => ({
    value: undefined,
    text,
    locator: undefined,
    issues: problems.map((problem) => toIssue(problem, source, file)),
  });

  const control = controlCharacter(text);
  if (control !== undefined) return refuse([control]);
  const tokens: CST.Token[] = [...new Parser().parse(text)];
  const forbidden = checkTokens(tokens);
  if (forbidden.length > 0) return refuse(forbidden);
  const documents = [
    ...new Composer({
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
      stringKeys: false,
    }).compose(tokens, true, text.length),
  ];
  const document = documents[0] as Document.Parsed;
  // Later errors often follow from the first: a few say enough.
  if (document.errors.length > 0)
    return refuse(
      distinct(document.errors.slice(0, 50).map((error) => syntaxProblem(error, source))).slice(0, 3),
    );
  if (document.contents === null)
    return refuse([{ code: "EMPTY_FILE", offset: 0, length: 1, message: "the file is empty" }]);
  const built = buildValue(document.contents as Node);
  if (built.problems.length > 0) return refuse(built.problems);
  return {
    value: built.value,
    text,
    locator: yamlLocator(file, source, document.contents as Node, built.targets),
    issues: [],
  };
}

/** One mistake may give several errors that come to the same. */
const distinct = (problems: readonly TokenProblem[]): TokenProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.offset} ${problem.message}`, problem])).values(),
];

function toIssue(problem: TokenProblem, source: SourceText, file: string): Issue {
  const position = source.position(problem.offset, problem.offset + problem.length);
  return {
    code: problem.code,
    severity: "error",
    message: problem.message,
    file,
    ...position,
    source: source.line(position.line),
    hint: problem.hint,
  };
}

function controlCharacter(text: string): TokenProblem | undefined {
  const found = refusedCharacter.exec(text);
  if (found === null) return undefined;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return {
    code: "CONTROL_CHARACTER",
    offset: found.index,
    length: 1,
    message: `the character U+${code} cannot be seen and is not allowed`,
    hint: "remove it",
  };
}
