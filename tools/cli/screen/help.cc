#include "tools/cli/screen/frame.h"

namespace flatline::cli::screen {

std::vector<Line> help() {
  constexpr const char* kText =
      "  /        filter: role=db & !drained, failing, check:disk, name=web-*; empty: all\n"
      "  g        by which label groups and map are ordered\n"
      "  h Enter  one host: every check with value, message and age\n"
      "  ← →      a step back in time, a step forward; n or Esc: back to now\n"
      "  t        a moment: -15m, 03:14, 2026-11-23 03:14, @1795403640\n"
      "  space    holds the screen still, while the fleet goes on\n"
      "  Tab      the next list; ↑ ↓ PgUp PgDn Home scroll it; z shows it alone\n"
      "  Esc      leaves what was entered last: help, a host, the past, a filter\n"
      "  Ctrl-L   draws all anew     Ctrl-Z  leaves for a while      q  ends it\n"
      "\n"
      "  map      a character is a host, or several in the order of their labels:\n"
      "           . healthy  F failing  S silent  M missing  W warning  ! conflict\n"
      "           ? unknown  E expected  - drained. Of several, a small letter says\n"
      "           that some are so, a large one that half of them or more are.\n"
      "  down     known, not healthy and not drained;  of: known and not drained\n"
      "  BELOW    fewer of a group are healthy than its quorum asks for\n"
      "  PANIC    few of a group, or of the fleet, are healthy\n"
      "  CUT OFF  no answer comes; OLD: answers come, but no new view for three ticks.\n"
      "           What is shown then, in gray, is how it was.\n"
      "  changes  from one second to the next, and of the five minutes before this\n"
      "           screen began. flatline diff -1h tells of more. Times are UTC.\n";
  return lines_of(kText, 0);
}

}  // namespace flatline::cli::screen
