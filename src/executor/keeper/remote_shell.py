"""
What runs on another machine, as text of ours for its POSIX shell: it starts a command, watches over it, and tells how
it ended. Values come to it on standard input; no argument and no file holds any but the command's own input.

    sshd ─ login shell, which becomes ─ supervisor ─┬─ runner ─ command      a session of their own
                                                    ├─ watcher               hears the server, and the end of the connection
                                                    └─ listener              notices when the server falls silent
"""
import shlex

SILENCE = 60  # seconds after which a connection is held for lost on that side
BEAT = 15  # seconds between two signs of life from this side

# All that the login shell sees, be it csh or fish: one line without backslash, exclamation mark or inner quote. `read`
# and `dd` take single bytes, so that what follows stays for the supervisor; what `dd` passes on in single bytes as well
# would wake its reader for each.
BOOT = """exec /bin/sh -c 'IFS= read -r n && eval "$(dd ibs=1 obs=65536 count="$n" 2>/dev/null)"'"""

# Its signals reach the whole session; it stays, to tell how the command ended. The shell's own words on a command that
# was ended by a signal go to `said`: its exit code alone does not tell that from `exit 137`. bash has no such words in
# its POSIX mode.
RUNNER = r"""
trap : HUP INT TERM
(set +o posix) 2>/dev/null && set +o posix
(
  exec 2>&9 9>&-
  exec /bin/sh -c 'eval "unset ROTA_COMMAND; $ROTA_COMMAND"'
)
echo "$?" >"$1/end"
"""

# Functions first and the call last: a text that was cut off by the end of the connection does nothing.
SUPERVISOR = r"""
rota_refuse() {
  printf '%s no %s\n' "$rota_begin" "$(printf %s "$1" | tr '\n' ' ')"
  exit 1
}

# Whatever still bears the mark, be it out of the group, as /proc/PID/environ; busybox's grep sees no further than the
# first null byte.
rota_marked() {
  if printf 'a\0b' | grep -qF b; then
    grep -lF "ROTA_EXECUTION=$rota_id" /proc/[0-9]*/environ
  else
    for rota_file in /proc/[0-9]*/environ; do
      tr '\0' '\n' <"$rota_file" | grep -qF "ROTA_EXECUTION=$rota_id" && printf '%s\n' "$rota_file"
    done
  fi
} 2>/dev/null

# The group of a process, from the fields behind its name, which may hold anything.
rota_group_of() {
  IFS= read -r rota_stat <"/proc/$1/stat" || return 0
  set -- ${rota_stat##*) }
  printf %s "$3"
}

# To each process once: the group, and what left it and still bears the mark.
rota_kill() {
  kill -s "$1" -- "-$rota_pid" || kill -s "$1" "$rota_pid"
  for rota_one in $(rota_marked); do
    rota_one=${rota_one#/proc/}
    rota_one=${rota_one%/environ}
    [ "$(rota_group_of "$rota_one")" = "$rota_pid" ] || kill -s "$1" "$rota_one"
  done
} 2>/dev/null

rota_lost() {
  rota_kill TERM
  sleep 1 </dev/null
  rota_kill KILL
  rm -rf -- "$rota_folder"
}

rota_watch() {
  while IFS= read -r rota_line; do
    case $rota_line in
      term) rota_kill TERM ;;
      kill) rota_kill KILL ;;
      *) : >"$rota_folder/beat" ;;
    esac
  done
  rota_lost
}

rota_listen() {
  trap 'kill "$rota_nap"; exit 0' TERM
  while :; do
    sleep "$rota_silence" &
    rota_nap=$!
    wait "$rota_nap"
    [ -f "$rota_folder/beat" ] || break
    rm -f -- "$rota_folder/beat"
  done
  rota_lost
}

# `head -c` where it takes no byte too many; else one at a time.
rota_take() {
  if [ "$1" -gt 4096 ] && [ "$(printf abc | { head -c 1 >/dev/null && cat; } 2>/dev/null)" = bc ]; then
    head -c "$1"
  else
    dd ibs=1 obs=65536 count="$1" 2>/dev/null
  fi
}

# A group of its own for the command, by what this system has for that.
rota_start() {
  if command -v setsid >/dev/null; then
    rota_run setsid &
  elif set -m 2>/dev/null && case $- in *m*) true ;; *) false ;; esac; then
    rota_run env &
    set +m
  elif command -v perl >/dev/null; then
    rota_run perl -e 'setpgrp(0, 0); exec { $ARGV[0] } @ARGV or exit 127' &
  else
    rota_refuse "it has neither setsid, nor job control without a terminal, nor perl"
  fi
  rota_pid=$!
}

rota_run() {
  trap - HUP INT TERM EXIT
  rota_first=$(command -v "$1") && shift || exit 127
  eval "$rota_variables"
  ROTA_EXECUTION=$rota_id ROTA_OUTPUT=$rota_folder/output TMPDIR=$rota_folder/tmp ROTA_COMMAND=$rota_command
  export ROTA_EXECUTION ROTA_OUTPUT TMPDIR ROTA_COMMAND
  exec "$rota_first" "$@" /bin/sh -c "$rota_runner" rota "$rota_folder" \
    <"$rota_from" 3<&- 9>&2 2>"$rota_folder/said"
}

rota_end_of() {
  rota_code=
  [ -f "$rota_folder/end" ] && read -r rota_code <"$rota_folder/end"
  case $rota_code in
    '' | *[!0-9]*) [ "$1" -gt 128 ] && rota_how="signal $(kill -l $(($1 - 128)) || echo "$1")" || rota_how="broken $1" ;;
    *)
      if [ "$rota_code" -gt 128 ] && [ -s "$rota_folder/said" ]; then
        rota_how="signal $(kill -l $((rota_code - 128)) || echo "$rota_code")"
      else
        rota_how="exit $rota_code"
      fi
      ;;
  esac
}

# The end is told on one line; the bytes of the result follow, and once more the sign that nobody else knows.
rota_tell() {
  rota_size=0
  if [ "$rota_how" = "exit 0" ] && [ -f "$rota_folder/output" ] && [ -s "$rota_folder/output" ]; then
    dd bs=65536 count=$((rota_limit / 65536 + 1)) <"$rota_folder/output" >"$rota_folder/result" 2>/dev/null
    rota_size=$(($(wc -c <"$rota_folder/result")))
  fi
  [ "$rota_size" -le "$rota_limit" ] || rota_size=-1
  printf '%s %s %s %s\n' "$rota_end" "$rota_how" "$rota_left" "$rota_size"
  [ "$rota_size" -le 0 ] || cat -- "$rota_folder/result"
  [ "${rota_how%% *}" != broken ] || tr '\n' ' ' <"$rota_folder/said"
  printf '%s\n' "$rota_end"
}

rota_main() {
  exec 3<&0 </dev/null
  rota_folder=${TMPDIR:-/tmp}/rota-$rota_id
  rota_problem=$( (umask 077 && mkdir -- "$rota_folder" "$rota_folder/tmp" && : >"$rota_folder/output") 2>&1) ||
    rota_refuse "$rota_problem"
  trap 'rm -rf -- "$rota_folder"' EXIT
  trap 'rota_lost; exit 1' HUP INT TERM
  rota_from=/dev/null
  if [ "$rota_input" -gt 0 ]; then
    rota_from=$rota_folder/input
    (umask 077 && rota_take "$rota_input" <&3 >"$rota_from")
    [ "$(($(wc -c <"$rota_from")))" -eq "$rota_input" ] || exit 1
  fi
  rota_start
  trap '' PIPE
  rota_watch <&3 3<&- >/dev/null 2>&1 &
  rota_watcher=$!
  rota_listen 3<&- >/dev/null 2>&1 &
  rota_listener=$!
  printf '%s ok\n' "$rota_begin"
  wait "$rota_pid"
  rota_end_of "$?"
  kill "$rota_watcher" "$rota_listener" 2>/dev/null
  set -- $(rota_marked)
  rota_left=$#
  kill -s KILL -- "-$rota_pid" 2>/dev/null
  rota_tries=0
  while [ "$rota_left" -gt 0 ] && [ "$rota_tries" -lt 100 ] && [ -n "$(rota_marked)" ]; do
    rota_kill KILL
    rota_tries=$((rota_tries + 1))
  done
  rota_tell
  exit 0
}
"""


def text(asked, signs, size):
    """
    The supervisor's whole text. `asked`: command, env, limit; `signs`: id, begin and end, which nobody else knows;
    `size`: bytes of the command's input, which follow.
    """
    quote = shlex.quote
    variables = "".join(f"export {name}={quote(value)}\n" for name, value in asked["env"].items())
    values = {
        **signs,
        "runner": RUNNER,
        "command": asked["command"],
        "variables": variables,
        "input": str(size),
        "limit": str(asked["limit"]),
        "silence": str(SILENCE),
    }
    unset = "unset " + " ".join("rota_" + name for name in values)
    given = "\n".join(f"rota_{name}={quote(value)}" for name, value in values.items())
    return f"{unset}\n{SUPERVISOR}\n{given}\nrota_main".encode("utf-8", "replace")
