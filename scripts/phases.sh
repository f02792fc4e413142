# Sourced by scripts/test, scripts/demo and scripts/playground: where things are built, and phases
# with a line each.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/slogate
build_root=$source_dir/build # ignored by git
log_dir=$build_root/logs
mkdir -p "$log_dir"
# So that checkouts in other folders may share what was compiled.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$source_dir CCACHE_DIR=$cache_dir/ccache CCACHE_MAXSIZE=8G

phase_names=()
phase_results=()
phase_seconds=()
failures=0

# phase NAME COMMAND...: runs the command with its output in a log, and says how it went.
phase() {
  local name=$1 log began
  shift
  log=$log_dir/${name// /-}.log
  began=$SECONDS
  printf '%-28s ' "$name ..."
  if "$@" >"$log" 2>&1; then
    went "$name" ok "$began" "$log"
  else
    went "$name" FAILED "$began" "$log"
  fi
}

# last_phase NAME COMMAND...: a phase that is stopped `deadline` seconds after the start (0: never),
# and then counts as unfinished, not as failed.
last_phase() {
  [ "${deadline:-0}" -gt 0 ] || { phase "$@"; return; }
  local name=$1 log began result child watcher
  shift
  log=$log_dir/${name// /-}.log
  began=$SECONDS
  printf '%-28s ' "$name ..."
  set -m # a process group of its own
  "$@" >"$log" 2>&1 &
  child=$!
  set +m
  (
    while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$child" 2>/dev/null; do sleep 1; done
    kill -- -"$child" 2>/dev/null
  ) &
  watcher=$!
  if wait "$child"; then
    result=ok
  elif [ "$SECONDS" -ge "$deadline" ]; then
    result=UNFINISHED
  else
    result=FAILED
  fi
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  went "$name" "$result" "$began" "$log"
}

# went NAME RESULT BEGAN LOG: a phase is over; returns 1 when it failed.
went() {
  printf '%-10s %4d s\n' "$2" $((SECONDS - $3))
  phase_names+=("$1")
  phase_results+=("$2")
  phase_seconds+=($((SECONDS - $3)))
  [ "$2" = FAILED ] || return 0
  failures=$((failures + 1))
  echo "---- the end of $4"
  tail -n 60 "$4"
  echo "----"
  return 1
}

# summary: a line per phase; returns 1 when one of them failed.
summary() {
  local i
  echo
  for i in "${!phase_names[@]}"; do
    printf '  %-28s %-10s %4d s\n' "${phase_names[i]}" "${phase_results[i]}" "${phase_seconds[i]}"
  done
  if [ "$failures" -gt 0 ]; then
    echo "$failures of ${#phase_names[@]} phases failed; logs are in $log_dir"
    return 1
  fi
  if [[ " ${phase_results[*]} " == *" UNFINISHED "* ]]; then
    echo "no phase failed in $SECONDS s, but some were out of time: run again, with what is compiled now"
    return 0
  fi
  echo "all ${#phase_names[@]} phases passed in $SECONDS s"
}

# configure PRESET [CMAKE OPTIONS]: into a folder of its own below the build root.
configure() {
  local preset=$1 launcher=()
  shift
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake -S "$source_dir" -B "$build_root/$preset" --preset "$preset" "${launcher[@]}" "$@"
}

build() { # build PRESET [TARGETS]
  local preset=$1
  shift
  cmake --build "$build_root/$preset" --parallel "$(nproc)" ${1:+--target "$@"}
}
