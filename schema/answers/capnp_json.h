#pragma once

// Templates over Cap'n Proto that turn answers into JSON and back. Only the few files that do this
// include them, one file for each group of answers: they are slow to compile.

#include <capnp/compat/json.h>
#include <capnp/message.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/json_text.h"
#include "schema/answers/view.capnp.h"

namespace flatline::capnp_json {

/// Writes a Number as a bare JSON number. Where it is null, the codec leaves the field out.
class NumberHandler final : public capnp::JsonCodec::Handler<wire::Number> {
 public:
  void encode(const capnp::JsonCodec&, wire::Number::Reader number,
              capnp::JsonValue::Builder json) const override {
    json.setNumber(number.getValue());
  }
  void decode(const capnp::JsonCodec&, capnp::JsonValue::Reader json,
              wire::Number::Builder number) const override {
    KJ_REQUIRE(json.isNumber(), "a number was expected");
    number.setValue(json.getNumber());
  }
};

/// JSON that nests deeper than this is refused before it costs stack. No answer of ours does.
inline constexpr std::size_t kNestingDepth = 16;

/// The codec of one kind of answer. Encoding and decoding do not change it, so all threads share
/// it.
template <typename Wire>
const capnp::JsonCodec& codec() {
  struct Made {
    Made() {
      json.setMaxNestingDepth(kNestingDepth);
      json.addTypeHandler(number);
      json.handleByAnnotation<Wire>();
    }
    NumberHandler number;
    capnp::JsonCodec json;
  };
  static const Made made;
  return made.json;
}

/// Returns the JSON of what `fill(Wire::Builder)` fills in.
template <typename Wire, typename Fill>
std::string encode(Fill&& fill) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Wire>();
  fill(root);
  const kj::String text = codec<Wire>().encode(root.asReader());
  return {text.begin(), text.size()};
}

/// Returns what `read(Wire::Reader)` makes of the JSON, or nothing if it is not the JSON of a Wire.
template <typename Wire, typename Read>
auto decode(std::string_view text, Read&& read)
    -> std::optional<decltype(read(typename Wire::Reader{}))> {
  std::optional<decltype(read(typename Wire::Reader{}))> answer;
  const ReadableJson json = to_readable_json(text);
  if (!json.error.empty()) return std::nullopt;
  const auto error = kj::runCatchingExceptions([&] {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<Wire>();
    codec<Wire>().decode(kj::arrayPtr(json.text.data(), json.text.size()), root);
    answer = read(root.asReader());
  });
  if (error != nullptr) return std::nullopt;
  return answer;
}

inline unsigned count_of(std::size_t size) {
  return static_cast<unsigned>(size);
}

/// A JSON number may be negative or too large for a count, so it is brought into a count's range.
inline std::uint32_t count_of(wire::Number::Reader from) {
  constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
  const double value = from.getValue();
  return value >= 0 && value <= kMost ? static_cast<std::uint32_t>(value) : 0;
}

/// Sets a text field. Empty text leaves it null, so that the JSON has no such field. Whatever the
/// text is, the JSON that comes of it is well-formed.
template <typename Set>
void set_text(const std::string& text, Set&& set) {
  if (text.empty()) return;
  const std::string formed = to_well_formed_utf8(text);
  set(capnp::Text::Reader(formed.data(), formed.size()));
}

inline std::string to_string(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

inline void set_texts(capnp::List<capnp::Text>::Builder list,
                      const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < list.size(); ++i) {
    const std::string formed = to_well_formed_utf8(texts[i]);
    list.set(i, capnp::Text::Reader(formed.data(), formed.size()));
  }
}

inline std::vector<std::string> get_texts(capnp::List<capnp::Text>::Reader list) {
  std::vector<std::string> texts;
  for (const auto text : list) texts.push_back(to_string(text));
  return texts;
}

}  // namespace flatline::capnp_json
