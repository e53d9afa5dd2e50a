#pragma once

// What the limit's rounds came to: medians and spread, as a table or JSON.

#include <string>

#include "bench/proofs/limit/ingest.h"
#include "bench/proofs/limit/memory.h"

namespace flatline::bench {

/// The median of the rounds' ratios.
double ingest_over_open(const IngestCosts& costs);

std::string limit_table(const IngestCosts& costs, const MemoryCosts& memory);
/// `sink_ns`, `open_ns`, `ingest_ns`, `ingest_over_open`, … each with `_least` and `_most`.
std::string limit_json(const IngestCosts& costs, const MemoryCosts& memory);

}  // namespace flatline::bench
