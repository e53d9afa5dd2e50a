#include "collector/api/metric_page.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>
#include <vector>

namespace flatline {

struct MetricPage::Families {
  void begin(std::string_view name, std::string_view help, prometheus::MetricType type) {
    prometheus::MetricFamily& family = all.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
  }

  std::vector<prometheus::MetricFamily> all;
};

MetricPage::MetricPage() : families_(std::make_unique<Families>()) {}

MetricPage::~MetricPage() = default;

void MetricPage::gauge(std::string_view name, std::string_view help) {
  families_->begin(name, help, prometheus::MetricType::Gauge);
}

void MetricPage::counter(std::string_view name, std::string_view help) {
  families_->begin(name, help, prometheus::MetricType::Counter);
}

void MetricPage::add(Labels labels, double value) {
  prometheus::MetricFamily& family = families_->all.back();
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label.reserve(labels.size());
  for (const auto& [name, text] : labels) {
    metric.label.push_back({std::string(name), std::string(text)});
  }
  // Each type has a member of its own, of which the serializer reads the family's.
  metric.gauge.value = value;
  metric.counter.value = value;
}

void MetricPage::gauge(std::string_view name, std::string_view help, double value) {
  gauge(name, help);
  add({}, value);
}

void MetricPage::counter(std::string_view name, std::string_view help, double value) {
  counter(name, help);
  add({}, value);
}

void MetricPage::histogram(std::string_view name, std::string_view help,
                           std::span<const double> bounds, std::span<const std::uint64_t> counts,
                           double sum) {
  families_->begin(name, help, prometheus::MetricType::Histogram);
  prometheus::ClientMetric::Histogram& histogram =
      families_->all.back().metric.emplace_back().histogram;
  histogram.sample_sum = sum;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    histogram.sample_count += counts[i];
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
}

std::string MetricPage::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_->all);
  return std::move(out).str();
}

}  // namespace flatline
