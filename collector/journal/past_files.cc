#include "collector/journal/past_files.h"

#include "collector/journal/history_reader.h"
#include "collector/journal/tenancy_reader.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

/// Turns the files' errors into PastUnreadable, the only error that users of a PastReader know.
template <typename Question>
auto answer(Question&& question) {
  try {
    return question();
  } catch (const Failure& failure) {
    throw PastUnreadable(failure.what());
  } catch (const SqliteError& error) {
    throw PastUnreadable(error.what());
  }
}

class PastFiles : public PastReader {
  /// Notes it when the registry seems to be damaged. (It stands here because its type must be known
  /// where it is used.)
  template <typename Question>
  auto watched(Question&& question) {
    try {
      return question();
    } catch (const SqliteError& error) {
      if (error.is_corruption() && broken_ != nullptr) broken_->note_registry();
      throw;
    }
  }
  std::unique_ptr<TenancyReader> opened(const std::filesystem::path& folder) {
    return watched([&] { return std::make_unique<TenancyReader>(folder); });
  }

 public:
  PastFiles(const std::filesystem::path& folder, BrokenPages* broken)
      : history_(folder, broken), broken_(broken), tenancies_(opened(folder)) {}

  [[nodiscard]] const HistoryShape& shape() const override { return history_.shape(); }

  [[nodiscard]] std::vector<StepHead> list(WallTime from, WallTime to) override {
    return answer([&] { return history_.list(from, to); });
  }
  [[nodiscard]] std::optional<StepHead> read(WallTime time,
                                             std::span<std::uint8_t> planes) override {
    return answer([&] { return history_.read(time, planes); });
  }
  [[nodiscard]] bool read_causes(std::uint64_t number, std::span<std::uint8_t> causes) override {
    return answer([&] { return history_.read_causes(number, causes); });
  }
  void read_groups(WallTime from, WallTime to,
                   const std::function<void(const StepHead&, const StoredGroups&)>& take) override {
    answer([&] { history_.read_groups(from, to, take); });
  }
  [[nodiscard]] std::vector<SlotStep> read_slot(std::uint32_t slot, WallTime from,
                                                WallTime to) override {
    return answer([&] { return history_.read_slot(slot, from, to); });
  }

  void fill_holders(WallTime time, std::uint32_t first, std::span<AgentId> holders) override {
    answer([&] { watched([&] { tenancies_->fill_holders(time, first, holders); }); });
  }
  [[nodiscard]] std::vector<PlacedCause> cause_names() override {
    return answer([&] { return watched([&] { return tenancies_->cause_names(); }); });
  }
  [[nodiscard]] HostName name_of(AgentId agent) override {
    return answer([&] { return watched([&] { return tenancies_->name_of(agent); }); });
  }
  [[nodiscard]] std::vector<Tenancy> tenancies_of(AgentId agent) override {
    return answer([&] { return watched([&] { return tenancies_->of(agent); }); });
  }
  [[nodiscard]] std::vector<GroupTenancy> group_tenancies() override {
    return answer([&] { return watched([&] { return tenancies_->group_tenancies(); }); });
  }
  [[nodiscard]] WallTime forgotten_until() override {
    return answer([&] { return watched([&] { return tenancies_->forgotten_until(); }); });
  }

 private:
  HistoryReader history_;
  BrokenPages* broken_;
  std::unique_ptr<TenancyReader> tenancies_;
};

}  // namespace

std::unique_ptr<PastReader> open_past(const std::filesystem::path& folder, BrokenPages* broken) {
  return answer([&] { return std::make_unique<PastFiles>(folder, broken); });
}

}  // namespace flatline
