import { expect, test } from "vitest";
import { unquoted } from "./unquoted.ts";

test.each([
  ["echo $A", ["$A"]],
  ['echo "$A"$B', ["$B"]],
  ["a=$A", ["$A"]],
  ["case $A in x) ;; esac", ["$A"]],
  ["rm -rf ${A}", ["${A}"]],
  ["echo $(ls $A)", ["$A", "$(ls $A)"]],
  ['echo "$(ls $A)"', ["$A"]],
  ["echo `ls`", ["`"]],
  ["for a in $@; do :; done", ["$@"]],
  ["echo ''$A", ["$A"]],
])("%s is found", (script, found) => {
  expect(unquoted(script)).toEqual(expect.arrayContaining(found));
});

test.each([
  'echo "$A" "${A}_$B"',
  'a="$A"; a=$(ls -- "$A")',
  "awk '{ print $1 }' x",
  "# costs $5\necho",
  'n=$((A * 2)); find +"$n"',
  "psql <<'SQL'\nSELECT $1;\nSQL\necho \"$A\"",
  'case "$A" in "$B"/*) echo "$(pwd -P)" ;; esac',
  "echo \\$A",
])("%s is not", (script) => {
  expect(unquoted(script)).toEqual([]);
});
