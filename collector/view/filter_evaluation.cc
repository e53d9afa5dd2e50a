#include "collector/view/filter_evaluation.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <vector>

#include "collector/view/filter_rows.h"
#include "collector/view/filter_texts.h"
#include "schema/invariant.h"

namespace flatline {
namespace {

/// Words of a plane in one block: the sets of a filter's steps together fit a processor's cache.
constexpr std::size_t kBlockWords = 64;
using Block = std::array<std::uint64_t, kBlockWords>;

/// A part of the view's slots.
struct Part {
  const View& view;
  std::size_t first;  ///< Word of the planes.
  std::size_t words;

  [[nodiscard]] const std::uint64_t* plane(Plane plane) const {
    return view.plane(plane).data() + first;
  }
};

/// The sets of terms that need more than planes, of one block.
class TermSets {
 public:
  TermSets(const Filter& filter, FilterSource& source)
      : source_(source),
        texts_(filter.texts),
        rows_(filter.rows, [&](CheckNameId id) { return source.check_name(id); }),
        reads_texts_(!filter.texts.empty()),
        reads_rows_(!filter.rows.empty()),
        text_sets_(filter.texts.size()),
        row_sets_(filter.rows.size()) {}

  void fill(const Part& part) {
    const std::uint64_t* const registered = part.plane(Plane::kRegistered);
    for (std::size_t word = 0; word < part.words; ++word) {
      for (Block& set : text_sets_) set[word] = 0;
      for (Block& set : row_sets_) set[word] = 0;
      shown_[word] = 0;
      for (std::uint64_t left = registered[word]; left != 0; left &= left - 1) {
        fill_slot(part, word, static_cast<unsigned>(std::countr_zero(left)));
      }
    }
  }

  [[nodiscard]] const Block& text(std::size_t index) const { return text_sets_[index]; }
  [[nodiscard]] const Block& row(std::size_t index) const { return row_sets_[index]; }
  /// The slots whose hosts are those of the view.
  [[nodiscard]] const Block& shown() const { return shown_; }

 private:
  void fill_slot(const Part& part, std::size_t word, unsigned bit) {
    const auto slot = static_cast<std::uint32_t>((part.first + word) * 64 + bit);
    if (reads_texts_ && !source_.read(slot, texts_.parts(), known_)) return;
    if (reads_rows_ && !source_.read(slot, record_)) return;
    shown_[word] |= std::uint64_t{1} << bit;
    if (reads_texts_) add(texts_.match(known_), word, bit, text_sets_);
    if (reads_rows_) add(rows_.match(record_), word, bit, row_sets_);
  }

  static void add(std::uint32_t matches, std::size_t word, unsigned bit, std::vector<Block>& sets) {
    for (; matches != 0; matches &= matches - 1) {
      sets[static_cast<std::size_t>(std::countr_zero(matches))][word] |= std::uint64_t{1} << bit;
    }
  }

  FilterSource& source_;
  TextMatcher texts_;
  RowMatcher rows_;
  bool reads_texts_;
  bool reads_rows_;
  KnownTexts known_;
  HostRecord record_;
  std::vector<Block> text_sets_;
  std::vector<Block> row_sets_;
  Block shown_{};
};

void push_word(const FilterWord& word, const Part& part, Block& set) {
  set.fill(~std::uint64_t{0});
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    const std::uint64_t* const bits = part.plane(static_cast<Plane>(plane));
    if ((word.all_of >> plane & 1) != 0) {
      for (std::size_t i = 0; i < part.words; ++i) set[i] &= bits[i];
    } else if ((word.none_of >> plane & 1) != 0) {
      for (std::size_t i = 0; i < part.words; ++i) set[i] &= ~bits[i];
    }
  }
}

/// Takes a filter's steps on one part, and leaves the result at the bottom of the stack. `terms` is
/// null for a filter that reads planes only.
void take_steps(const Filter& filter, const Part& part, const TermSets* terms,
                std::span<Block, kFilterStack> stack) {
  std::size_t size = 0;
  const auto push = [&]() -> Block& {
    INVARIANT(size < kFilterStack);
    return stack[size++];
  };
  const std::uint64_t* const registered = part.plane(Plane::kRegistered);
  for (const FilterStep& step : filter.steps) {
    switch (step.kind) {
      case FilterStep::Kind::kWord:
        push_word(kFilterWordTable[step.index], part, push());
        break;
      case FilterStep::Kind::kText:
        push() = terms->text(step.index);
        break;
      case FilterStep::Kind::kRow:
        push() = terms->row(step.index);
        break;
      case FilterStep::Kind::kNot:
        for (std::size_t i = 0; i < part.words; ++i) {
          stack[size - 1][i] = registered[i] & ~stack[size - 1][i];
        }
        break;
      case FilterStep::Kind::kAnd:
        --size;
        for (std::size_t i = 0; i < part.words; ++i) stack[size - 1][i] &= stack[size][i];
        break;
      case FilterStep::Kind::kOr:
        --size;
        for (std::size_t i = 0; i < part.words; ++i) stack[size - 1][i] |= stack[size][i];
        break;
    }
    INVARIANT(size >= 1);
  }
  INVARIANT(size == 1);
}

PlaneWords evaluate_with(const Filter& filter, const View& view, TermSets* terms) {
  std::vector<Block> stack(kFilterStack);
  PlaneWords result(view.head.capacity / 64);
  for (std::size_t first = 0; first < result.size(); first += kBlockWords) {
    const Part part{view, first, std::min(kBlockWords, result.size() - first)};
    if (terms != nullptr) terms->fill(part);
    take_steps(filter, part, terms, std::span<Block, kFilterStack>(stack));
    for (std::size_t i = 0; i < part.words; ++i) {
      result[first + i] = stack[0][i] & (terms == nullptr ? ~std::uint64_t{0} : terms->shown()[i]);
    }
  }
  return result;
}

}  // namespace

bool PresentHosts::is_shown(bool is_whole, std::uint64_t generation) {
  was_overtaken_ |= !is_whole;
  return is_whole && generation <= generation_;
}

bool PresentHosts::read(std::uint32_t slot, TextParts parts, KnownTexts& texts) {
  std::uint64_t generation = HostTable::kNobody;
  const bool is_whole = table_.read(slot, generation, texts, parts);
  return is_shown(is_whole, generation);
}

bool PresentHosts::read(std::uint32_t slot, HostRecord& record) {
  std::uint64_t generation = HostTable::kNobody;
  const bool is_whole = table_.read_facts(slot, generation, record);
  return is_shown(is_whole, generation);
}

PlaneWords evaluate_planes(const Filter& filter, const View& view) {
  INVARIANT(filter.reads_planes_only());
  return evaluate_with(filter, view, nullptr);
}

PlaneWords evaluate(const Filter& filter, const View& view, FilterSource& source) {
  if (filter.reads_planes_only()) return evaluate_planes(filter, view);
  TermSets terms(filter, source);
  return evaluate_with(filter, view, &terms);
}

}  // namespace flatline
