import type { CST } from "yaml";

/** A problem found before there is a value; `length` characters from `offset` are marked. */
export interface TokenProblem {
  readonly code: string;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

/** Deeper than any manifest; the composer behind it recurses, so depth is bounded before it starts. */
const deepestNesting = 64;

const mostProblems = 20;

/**
 * What YAML allows and a manifest does not, as far as tokens tell: tags, directives, more than one document,
 * deep nesting. Walks with a list of its own, not by recursion.
 */
export function checkTokens(tokens: readonly CST.Token[]): TokenProblem[] {
  const problems: TokenProblem[] = [];
  const waiting: [token: CST.Token, depth: number][] = tokens.map((token) => [token, 0]);
  let documents = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > deepestNesting) return [tooDeep(token)];
    if (token.type === "document") documents++;
    const problem = checkToken(token);
    if (problem !== undefined && problems.length < mostProblems) problems.push(problem);
    for (const child of children(token)) waiting.push([child, isNest(token) ? depth + 1 : depth]);
  }
  const second = tokens.filter((token) => token.type === "document")[1];
  if (documents > 1)
    problems.push({
      code: "MULTIPLE_DOCUMENTS",
      offset: (second as CST.Document).offset,
      length: 3,
      message: "the file holds more than one YAML document",
      hint: "one file, one document: remove the line ---",
    });
  return problems.sort((a, b) => a.offset - b.offset);
}

const isNest = (token: CST.Token): boolean =>
  token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection";

function checkToken(token: CST.Token): TokenProblem | undefined {
  if (token.type === "tag")
    return {
      code: "YAML_TAG",
      offset: token.offset,
      length: token.source.length,
      message: `the tag ${JSON.stringify(token.source)} is not allowed`,
      hint: "write plain values; a text goes in quotes",
    };
  if (token.type === "directive")
    return {
      code: "YAML_DIRECTIVE",
      offset: token.offset,
      length: token.source.length,
      message: "a YAML directive is not allowed",
      hint: "remove the line; files are read as YAML 1.2",
    };
  return undefined;
}

const tooDeep = (token: CST.Token): TokenProblem => ({
  code: "NESTED_TOO_DEEP",
  offset: "offset" in token ? token.offset : 0,
  length: 1,
  message: `values are nested deeper than ${deepestNesting} levels`,
});

function children(token: CST.Token): CST.Token[] {
  switch (token.type) {
    case "document":
      return [...token.start, ...(token.value ? [token.value] : []), ...(token.end ?? [])];
    case "block-map":
    case "block-seq":
    case "flow-collection":
      return (token.items as CST.CollectionItem[]).flatMap((item) => [
        ...item.start,
        ...(item.key ? [item.key] : []),
        ...(item.sep ?? []),
        ...(item.value ? [item.value] : []),
      ]);
    case "block-scalar":
      return token.props;
    default:
      return [];
  }
}
