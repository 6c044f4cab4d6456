# Sourced by bin/arpeggio and bin/simulate: checks for Java, builds what is missing or older than its sources, and knows
# where the jars are. The caller sets program (for messages), module (its directory) and artifact (its name); the jars
# are in $lib afterwards.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
lib=$root/$module/target/$program/lib

fail() {
  printf '%s: %s\n' "$program" "$1" >&2
  exit 1
}

# Sets `java` to a Java 17 or newer, `version` to its version, and `quiet` to what keeps newer ones from warning about Netty's native code; ends the
# script if there is none.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    java=$JAVA_HOME/bin/java
  else
    java=$(command -v java) || fail "no java found; install a JDK, 17 or newer, or set JAVA_HOME"
  fi
  # The release file answers in no time; asking the JVM itself costs as much as a short command.
  local home
  version=
  home=$(dirname "$(dirname "$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")")")
  [ -r "$home/release" ] && version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")
  [ -n "$version" ] || version=$("$java" -version 2>&1 | sed -n 's/^[a-z]* version "\([^"]*\)".*/\1/p')
  local major=${version%%[!0-9]*}
  [ "${major:-0}" -ge 17 ] || fail "$java is Java ${version:-of unknown version}; install a JDK, 17 or newer, or set JAVA_HOME"
  quiet=
  [ "$major" -lt 22 ] || quiet=--enable-native-access=ALL-UNNAMED
}

# True if the jars in $lib are missing or older than something they are made of. Directories count: a file that was
# deleted leaves no other trace. The age is that of the module's own jar; the copy in $lib has a fixed date.
stale() {
  local jar=("$root/$module/target/$artifact"-[0-9]*.jar)
  [ -e "${jar[0]}" ] && [ -d "$lib" ] || return 0
  (cd "$root" && find . \( -name target -o -name .git \) -prune -o \
    \( -path '*/src/main*' -o -path './src/*' -o -name pom.xml \) -newer "${jar[0]}" -print | grep -q .)
}

# Makes $lib. One line on stderr; Maven's own words go to target/build.log.
build() {
  stale || return 0
  mkdir -p "$root/target" || fail "cannot write to $root; build as its owner"
  local log=$root/target/build.log
  # A second caller waits here for the first one's build. Systems without flock build unguarded.
  exec 9>"$root/target/build.lock"
  if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    printf '%s: waiting for a build that is under way\n' "$program" >&2
    flock 9
  fi
  if stale; then
    command -v mvn >/dev/null 2>&1 || fail "not built yet and no mvn found; install Maven, 3.8.7 or newer"
    printf '%s: building first (about a minute; log in %s)\n' "$program" "$log" >&2
    local started=$root/target/build.started
    touch "$started"
    # A running daemon keeps the jars that it has open; writing into them would crash it.
    rm -rf "$lib"
    if ! (cd "$root" && mvn -q -B -Dstyle.color=never -Dmaven.test.skip=true -pl "$module" -am package) >"$log" 2>&1 9>&-; then
      tail -n 30 "$log" >&2
      fail "the build failed; the whole log is in $log"
    fi
    # Sources that changed during the build are newer than its start, so they are noticed the next time.
    touch -r "$started" "$root/$module/target/$artifact"-[0-9]*.jar
  fi
  exec 9>&-
}
