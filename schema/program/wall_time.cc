#include "schema/program/wall_time.h"

#include <fmt/core.h>

#include "schema/program/duration.h"

namespace flatline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads from the front of a text. Once something that must come did not, every later read fails
/// too, so that only ended() needs to be asked.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  /// Reads a number of exactly `digits` digits, which is at most `most`.
  int number(std::size_t digits, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = i < text_.size() ? text_[i] : 'x';
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    if (value > most) return fail();
    text_.remove_prefix(digits);
    return value;
  }
  /// Takes the next character and returns true if it is one of `characters`.
  bool took(std::string_view characters) {
    if (failed_ || text_.empty() || characters.find(text_.front()) == std::string_view::npos) {
      return false;
    }
    taken_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view characters) {
    if (!took(characters)) fail();
  }
  /// Reads a fraction of a second to three digits; further digits are taken and ignored.
  Milliseconds fraction() {
    int value = 0;
    int count = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++count) {
      if (count < 3) value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (count == 0) fail();
    for (; count < 3; ++count) value *= 10;
    return Milliseconds{value};
  }
  [[nodiscard]] bool is_at(char c) const { return !text_.empty() && text_.front() == c; }
  [[nodiscard]] char taken() const { return taken_; }
  [[nodiscard]] bool ended() const { return !failed_ && text_.empty(); }

 private:
  int fail() {
    failed_ = true;
    text_ = {};
    return 0;
  }

  std::string_view text_;
  char taken_ = 0;
  bool failed_ = false;
};

Milliseconds read_time_of_day(Scanner& scanner, bool seconds_may_lack) {
  Milliseconds time = hours{scanner.number(2, 23)};
  scanner.expect(":");
  time += minutes{scanner.number(2, 59)};
  if (seconds_may_lack && !scanner.is_at(':')) return time;
  scanner.expect(":");
  time += seconds{scanner.number(2, 59)};
  if (scanner.took(".")) time += scanner.fraction();
  return time;
}

Milliseconds read_offset(Scanner& scanner) {
  if (scanner.took("Zz")) return Milliseconds{0};
  scanner.expect("+-");
  const int sign = scanner.taken() == '-' ? -1 : 1;
  Milliseconds offset = hours{scanner.number(2, 23)};
  scanner.expect(":");
  offset += minutes{scanner.number(2, 59)};
  return sign * offset;
}

/// The last moment up to `now` at which clocks showed `time`. When clocks change to summer or
/// winter time, a day may lack a time of day or have it twice; so each candidate is checked with
/// the offset that holds at that moment, not now.
std::optional<WallTime> last_time_of_day(Milliseconds time, WallTime now,
                                         const UtcOffset& utc_offset) {
  constexpr hours kDay{24};
  constexpr int kDaysBack = 3;  // Today's may be yet to come, and yesterday's may not exist.
  const WallTime today = std::chrono::floor<std::chrono::days>(now + utc_offset(now));
  for (int day = 0; day < kDaysBack; ++day) {
    const WallTime shown = today - day * kDay + time;
    std::optional<WallTime> last;
    for (const WallTime nearby : {shown - kDay, shown + kDay}) {
      const WallTime moment = shown - utc_offset(nearby);
      if (moment > now || moment + utc_offset(moment) != shown) continue;
      if (!last || moment > *last) last = moment;
    }
    if (last) return last;
  }
  return std::nullopt;
}

std::chrono::year_month_day read_day(Scanner& scanner) {
  const std::chrono::year year{scanner.number(4, 9999)};
  scanner.expect("-");
  const std::chrono::month month{static_cast<unsigned>(scanner.number(2, 12))};
  scanner.expect("-");
  return year / month / std::chrono::day{static_cast<unsigned>(scanner.number(2, 31))};
}

/// The moment at which local clocks show `shown`. Of two it is the later one. Where clocks are set
/// forward and never show it, it is as if they had not been set yet.
WallTime moment_of(WallTime shown, const UtcOffset& utc_offset) {
  constexpr hours kDay{24};
  std::optional<WallTime> last;
  for (const WallTime nearby : {shown - kDay, shown + kDay}) {
    const WallTime moment = shown - utc_offset(nearby);
    if (moment + utc_offset(moment) == shown && (!last || moment > *last)) last = moment;
  }
  return last.value_or(shown - utc_offset(shown - kDay));
}

/// Reads a day, and a time of day that may follow it without seconds, and without an offset.
std::optional<WallTime> parse_day(std::string_view text, const UtcOffset& utc_offset) {
  Scanner scanner(text);
  const std::chrono::year_month_day date = read_day(scanner);
  if (!date.ok()) return std::nullopt;
  const WallTime midnight{std::chrono::sys_days{date}};
  if (scanner.ended()) return moment_of(midnight, utc_offset);
  scanner.expect("Tt ");
  const WallTime shown = midnight + read_time_of_day(scanner, true);
  if (scanner.ended()) return moment_of(shown, utc_offset);
  const Milliseconds offset = read_offset(scanner);
  return scanner.ended() ? std::optional{shown - offset} : std::nullopt;
}

/// Reads seconds since 1970, up to the year 9999.
std::optional<WallTime> parse_unix_seconds(std::string_view text) {
  constexpr std::size_t kDigits = 11;
  Scanner scanner(text);
  Milliseconds since{0};
  std::size_t digits = 0;
  for (; digits < kDigits && !scanner.ended() && !scanner.is_at('.'); ++digits) {
    since = 10 * since + seconds{scanner.number(1, 9)};
  }
  if (scanner.took(".")) since += scanner.fraction();
  return digits > 0 && scanner.ended() ? std::optional{WallTime{since}} : std::nullopt;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const std::chrono::year_month_day date = read_day(scanner);
  scanner.expect("Tt ");
  const Milliseconds time = read_time_of_day(scanner, false);
  const Milliseconds offset = read_offset(scanner);
  if (!scanner.ended() || !date.ok()) return std::nullopt;
  return WallTime{std::chrono::sys_days{date}} + time - offset;
}

std::optional<WallTime> parse_wall_time(std::string_view text, WallTime now,
                                        const UtcOffset& utc_offset) {
  if (text.starts_with('-')) {
    const auto ago = parse_duration(text.substr(1));
    return ago ? std::optional{now - *ago} : std::nullopt;
  }
  if (text.starts_with('@')) return parse_unix_seconds(text.substr(1));
  if (const auto time = parse_rfc3339(text)) return time;
  if (const auto time = parse_day(text, utc_offset)) return time;
  const bool is_utc = text.ends_with('Z');
  Scanner scanner(text.substr(0, text.size() - (is_utc ? 1 : 0)));
  const Milliseconds time = read_time_of_day(scanner, true);
  if (!scanner.ended()) return std::nullopt;
  return last_time_of_day(
      time, now, is_utc ? UtcOffset{[](WallTime) { return Milliseconds{0}; }} : utc_offset);
}

std::string format_rfc3339(WallTime time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{time - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace flatline
