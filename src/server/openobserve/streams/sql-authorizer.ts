import { constants } from "node:sqlite";

const {
  SQLITE_OK,
  SQLITE_DENY,
  SQLITE_SELECT,
  SQLITE_READ,
  SQLITE_FUNCTION,
  SQLITE_RECURSIVE,
  SQLITE_PRAGMA,
  SQLITE_ATTACH,
} = constants;

/** Functions that a search may call: they read their arguments and nothing else, and make nothing large of little. */
const functions = new Set(
  `->> -> abs avg cast ceil ceiling coalesce concat concat_ws count cume_dist date datetime dense_rank exp first_value floor
  format_time glob group_concat histogram ifnull iif instr json_array_length json_extract json_type json_valid julianday lag
  last_value lead length like ln log log10 lower ltrim max median min mod nth_value ntile nullif percent_rank percentile
  percentile_cont percentile_disc pow power rank round row_number rtrim sign sqrt str_match str_match_ignore_case strftime
  string_agg substr substring sum time total trim typeof unixepoch upper`.split(/\s+/),
);

/** Decides on each thing that a statement would do. */
export interface SqlAuthorizer {
  readonly decide: (
    action: number,
    first: string | null,
    second: string | null,
    schema: string | null,
    view: string | null,
  ) => number;
  /** Why the last refusal was, as a sentence. */
  reason(): string | undefined;
}

/** Allows SELECT over the given views, and reading `record` only from inside one of them. All else is refused. */
export function createSqlAuthorizer(views: ReadonlySet<string>): SqlAuthorizer {
  let reason: string | undefined;
  const refuse = (why: string): number => {
    reason ??= why;
    return SQLITE_DENY;
  };
  const read = (
    table: string | null,
    column: string | null,
    schema: string | null,
    view: string | null,
  ): number => {
    // No column: that rows are counted. SQLite names no view then, and the SQL names no table but the views.
    if (column === "" && (table === "record" || views.has(table ?? ""))) return SQLITE_OK;
    if (schema === "temp" && views.has(table ?? "")) return SQLITE_OK;
    if (schema === "main" && table === "record" && views.has(view ?? "")) return SQLITE_OK;
    return refuse(`"${table}" is no stream`);
  };
  return {
    reason: () => reason,
    decide(action, first, second, schema, view) {
      if (action === SQLITE_SELECT) return SQLITE_OK;
      if (action === SQLITE_READ) return read(first, second, schema, view);
      if (action === SQLITE_FUNCTION)
        return functions.has((second ?? "").toLowerCase())
          ? SQLITE_OK
          : refuse(`the function ${second}() is not available here`);
      if (action === SQLITE_RECURSIVE) return refuse("recursion is not available here");
      if (action === SQLITE_PRAGMA || action === SQLITE_ATTACH)
        return refuse("PRAGMA and ATTACH are not available here");
      return refuse("only SELECT is possible here");
    },
  };
}
