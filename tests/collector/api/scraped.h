#pragma once

// A page of metrics, read as Prometheus reads it: by a small reader of the tests' own, which knows
// of the text format (version 0.0.4) what the collector uses, and fails on anything else.

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace flatline::test {

struct ScrapedFamily {
  std::string help;
  std::string type;
  std::size_t series = 0;
};

struct ScrapedPage {
  std::map<std::string, ScrapedFamily> families;
  std::map<std::string, double> values;  ///< By the series as it stands: `name{label="value"}`.

  [[nodiscard]] double at(const std::string& series) const {
    const auto found = values.find(series);
    if (found == values.end()) FAIL("no such series: ", series);
    return found->second;
  }
  [[nodiscard]] std::set<std::string> series() const {
    std::set<std::string> names;
    for (const auto& [name, value] : values) names.insert(name);
    return names;
  }
};

/// The family that a series is of: a histogram's are named by it, and three endings.
inline std::string family_of(const ScrapedPage& page, const std::string& series) {
  const std::string name = series.substr(0, series.find('{'));
  for (const std::string ending : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(ending)) continue;
    const std::string family = name.substr(0, name.size() - ending.size());
    const auto found = page.families.find(family);
    if (found != page.families.end() && found->second.type == "histogram") return family;
  }
  return name;
}

inline ScrapedPage read_page(const std::string& text) {
  ScrapedPage page;
  std::string family;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    std::istringstream words(line);
    std::string sign;
    std::string kind;
    if (line.starts_with("#")) {
      words >> sign >> kind >> family >> std::ws;
      ScrapedFamily& found = page.families[family];
      std::string& part = kind == "HELP" ? found.help : found.type;
      REQUIRE((kind == "HELP" || kind == "TYPE"));
      CHECK(part.empty());       // Each family is told of once,
      CHECK(found.series == 0);  // before its series.
      std::getline(words, part);
      CHECK_FALSE(part.empty());
      continue;
    }
    const std::size_t space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    const std::string series = line.substr(0, space);
    CHECK(family_of(page, series) == family);  // The series of a family stand together.
    ++page.families[family].series;
    char* end = nullptr;
    const double value = std::strtod(line.c_str() + space + 1, &end);
    CHECK(*end == '\0');
    CHECK(page.values.emplace(series, value).second);
  }
  return page;
}

}  // namespace flatline::test
