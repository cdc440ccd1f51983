import type { YAMLError } from "yaml";
import type { TokenProblem } from "./check-tokens.ts";
import type { SourceText } from "./source-text.ts";

/** The parser's complaint in words of this product, where a better word is known. */
export function syntaxProblem(error: YAMLError, source: SourceText): TokenProblem {
  const [offset, end] = error.pos;
  const place = { offset, length: Math.max(1, end - offset) };
  const { line } = source.position(offset, offset + 1);
  const indentation = /^[ \t]*/.exec(source.line(line))![0];
  if (indentation.includes("\t") || error.code === "TAB_AS_INDENT")
    return {
      code: "TAB_INDENTATION",
      offset: offset - (source.position(offset, end).column - 1) + Math.max(0, indentation.indexOf("\t")),
      length: 1,
      message: "a tab is used as indentation",
      hint: "indent with spaces",
    };
  const cron = unquotedCron(source.line(line));
  if (cron !== undefined) {
    const start = offset - (source.position(offset, end).column - 1) + cron.at;
    return {
      code: "YAML_SYNTAX",
      offset: start,
      length: cron.text.length,
      message: "this is not YAML: a cron that starts with * or @ needs quotes",
      hint: `cron: "${cron.text}"`,
    };
  }
  if (error.code === "RESOURCE_EXHAUSTION")
    return { code: "NESTED_TOO_DEEP", ...place, message: "values are nested too deep" };
  return {
    code: "YAML_SYNTAX",
    ...place,
    message: `this is not YAML: ${sentence(error.message)}`,
    hint: / with a [}\]]$/.test(sentence(error.message)) ? unclosed : hints[error.code],
  };
}

/** The bare `*\/5 * * * *` or `@daily` behind `cron:` on a line, and its column from 0. */
function unquotedCron(line: string): { readonly at: number; readonly text: string } | undefined {
  const found = /^(.*\bcron:[ \t]+)([*@](?:[^\s#},]|,(?!\s)|[ \t]+(?=[^\s#}]))*)/.exec(line);
  return found === null ? undefined : { at: found[1]!.length, text: found[2]! };
}

/** For a complaint that stands where the next key begins, below the bracket that it is about. */
const unclosed = "a { or [ of a line above is not closed";

const hints: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_INDENT: "lines of one mapping start at the same column",
  MISSING_CHAR: "is a quote, bracket or colon missing?",
  BLOCK_AS_IMPLICIT_KEY: "is a text with a colon in it missing its quotes?",
  MULTILINE_IMPLICIT_KEY: "is a colon missing after a key?",
  BAD_SCALAR_START: "put the text in quotes",
  BAD_ALIAS: "put the text in quotes; * starts an alias",
};

const sentence = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
