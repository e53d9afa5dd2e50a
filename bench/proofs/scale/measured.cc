#include "bench/proofs/scale/measured.h"

#include <algorithm>

namespace flatline::bench {
namespace {

std::vector<double> values(const std::vector<Row>& rows, double Row::*figure) {
  std::vector<double> values;
  for (const Row& row : rows) values.push_back(row.*figure);
  return values;
}

double most(const std::vector<Row>& rows, double Row::*figure) {
  const std::vector<double> all = values(rows, figure);
  return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
}

}  // namespace

double Measured::median_tick_seconds() const {
  return median(values(rows, &Row::tick_seconds));
}

double Measured::worst_tick_seconds() const {
  return most(rows, &Row::tick_seconds);
}

double Measured::worst_lateness_seconds() const {
  return most(rows, &Row::lateness_seconds);
}

double Measured::writes(WrittenAnswer Row::*what) const {
  double sum = 0;
  for (const Row& row : rows) sum += (row.*what).writes;
  return sum;
}

double Measured::full_share() const {
  return share(collector_cpu_seconds) * (received < due ? due / received : 1);
}

double Measured::bytes_per_slot_beyond(const Measured& smallest) const {
  return (resident_bytes - smallest.resident_bytes) / (size.capacity() - smallest.size.capacity());
}

}  // namespace flatline::bench
