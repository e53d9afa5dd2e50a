#pragma once

// What the kernel counts of this process, as Prometheus' client libraries tell it.

namespace flatline {

struct ProcessFigures {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_files = 0;
  double max_files = 0;
  double started_unix_seconds = 0;
};

/// Reads files below /proc, which no disk holds up. What cannot be read stays zero.
ProcessFigures read_process_figures();

}  // namespace flatline
