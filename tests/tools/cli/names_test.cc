#include "tools/cli/report/names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace flatline::cli {
namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("many texts are put into natural order as any two of them are") {
  std::mt19937 random(2026);
  const auto text = [&](std::string begin, std::string_view alphabet) {
    for (auto size = random() % 24; size > 0; --size) begin += alphabet[random() % alphabet.size()];
    return begin;
  };
  struct Row {
    std::string begin;
    std::string_view alphabet;
  };
  // The last two share more than a key has room for, or hold what is no name.
  for (const Row& row : {Row{"", "ab-.01"}, Row{"web-", "0019"}, Row{"r7", "01-n"},
                         Row{"a-very-long-name-of-a-machine-", "01a"}, Row{"", "\xC3\xA9 0a"}}) {
    Names texts;
    for (int i = 0; i < 300; ++i) texts.push_back(text(row.begin, row.alphabet));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const std::vector<std::uint32_t> order = natural_order(views);
    REQUIRE(order.size() == texts.size());
    Names sorted = texts;
    std::stable_sort(sorted.begin(), sorted.end(), natural_less);
    for (std::size_t i = 0; i < order.size(); ++i) {
      CAPTURE(row.alphabet);
      REQUIRE(texts[order[i]] == sorted[i]);
      if (i > 0 && texts[order[i]] == texts[order[i - 1]]) CHECK(order[i - 1] < order[i]);
    }
  }
  CHECK(natural_order({}).empty());
}

TEST_CASE("names stand in natural order") {
  const Names ordered = {"10",
                         "a",
                         "a01",
                         "a1",
                         "a1b",
                         "a2",
                         "a10",
                         "db.1",
                         "web",
                         "web-",
                         "web-01",
                         "web-1",
                         "web-2",
                         "web-2-9",
                         "web-2-10",
                         "web-10",
                         "web-99999999999999999999998",
                         "web-99999999999999999999999",
                         "web_1"};
  // Each name comes before all that follow it, so the order is total.
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      CAPTURE(ordered[i]);
      CAPTURE(ordered[j]);
      CHECK(natural_less(ordered[i], ordered[j]) == (i < j));
    }
  }
}

TEST_CASE("equal numbers of unequal width have an order, one way only") {
  for (const auto& [a, b] : {std::pair{"a01", "a1"}, {"web-007", "web-7"}, {"x0", "x00"}}) {
    CHECK(natural_less(a, b));
    CHECK_FALSE(natural_less(b, a));
  }
  CHECK_FALSE(natural_less("web-1", "web-1"));
  CHECK_FALSE(natural_less("", ""));
  CHECK(natural_less("", "a"));
}

TEST_CASE("names fold") {
  struct Row {
    std::string what;
    Names names;
    Names folded;
  };
  const Row rows[] = {
      {"nothing", {}, {}},
      {"one", {"web-1"}, {"web-1"}},
      {"no number", {"alpha", "beta"}, {"alpha", "beta"}},
      {"two", {"web-1", "web-2"}, {"web-[1,2]"}},
      {"a range, sorted first", {"web-3", "web-1", "web-2"}, {"web-[1-3]"}},
      {"gaps",
       {"web-1", "web-2", "web-3", "web-5", "web-7", "web-8", "web-9"},
       {"web-[1-3,5,7-9]"}},
      {"padded", {"web-001", "web-002", "web-250"}, {"web-[001,002,250]"}},
      {"past 9 without padding", {"web-8", "web-9", "web-10", "web-11"}, {"web-[8-11]"}},
      {"padded, past 99", {"web-098", "web-099", "web-100"}, {"web-[098-100]"}},
      {"two widths are two groups",
       {"web-1", "web-2", "web-01", "web-02"},
       {"web-[01,02]", "web-[1,2]"}},
      {"groups stand where their first name does",
       {"web-1", "db-2", "web-2", "db-1", "mail"},
       {"db-[1,2]", "mail", "web-[1,2]"}},
      {"the last number folds", {"r1-web-1", "r1-web-2", "r2-web-1"}, {"r1-web-[1,2]", "r2-web-1"}},
      {"equal ranges fold at the number before",
       {"r1-n01", "r1-n02", "r2-n01", "r2-n02", "r3-n01"},
       {"r[1,2]-n[01,02]", "r3-n01"}},
      {"an earlier number alone", {"r1-web", "r2-web", "r3-web"}, {"r[1-3]-web"}},
      {"an earlier number before an equal one", {"r1-n5", "r2-n5", "r4-n5"}, {"r[1,2,4]-n5"}},
      {"three numbers", {"a1-b1-c1", "a1-b2-c1", "a2-b1-c1", "a2-b2-c1"}, {"a[1,2]-b[1,2]-c1"}},
      {"no more ranges than can be read",
       {"a1-b1-c1-d1", "a2-b1-c1-d1", "a1-b1-c1-d2", "a2-b1-c1-d2"},
       {"a1-b1-c1-d[1,2]", "a2-b1-c1-d[1,2]"}},
      {"what is not whole stays apart",
       {"r1-n1", "r1-n2", "r1-n3", "r2-n1", "r2-n3"},
       {"r1-n[1-3]", "r2-n[1,3]"}},
      {"padded and not, at the number before",
       {"r9-n1", "r10-n1", "r09-n1"},
       {"r[09,10]-n1", "r9-n1"}},
      {"numbers that no range reads",
       {"x5000000000", "x5000000001"},
       {"x5000000000", "x5000000001"}},
      {"text behind the number", {"web-1.lan", "web-2.lan", "web-3.lan"}, {"web-[1-3].lan"}},
      {"a name twice is one", {"web-1", "web-1"}, {"web-1"}},
      {"numbers beyond 64 bits stay as they are",
       {"x99999999999999999999", "x99999999999999999998"},
       {"x99999999999999999998", "x99999999999999999999"}},
      {"numbers alone", {"7", "8", "9"}, {"[7-9]"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(fold_names(row.names) == row.folded);
  }
}

TEST_CASE("a fleet of ten thousand folds to one text") {
  Names names;
  for (int i = 10'000; i >= 1; --i) {
    std::string number = std::to_string(i);
    names.push_back("sim-" + std::string(5 - number.size(), '0') + number);
  }
  CHECK(fold_names(names) == Names{"sim-[00001-10000]"});
}

}  // namespace flatline::cli
