#pragma once

// What turning answers into JSON and back has in common, for the few files that do it, one for each
// group of answers. A header of templates over Cap'n Proto: it belongs to those files alone.

#include <capnp/compat/json.h>
#include <capnp/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/view.capnp.h"

namespace flatline::capnp_json {

/// A Number is a bare JSON number; where it is null, the codec leaves the field out.
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

/// Nested deeper than any of our answers: refused before it costs stack.
inline constexpr std::size_t kNestingDepth = 16;

/// Encoding and decoding leave a codec as it is; one for each kind of answer serves all threads.
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

/// The JSON of what `fill(Wire::Builder)` fills in.
template <typename Wire, typename Fill>
std::string encode(Fill&& fill) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Wire>();
  fill(root);
  const kj::String text = codec<Wire>().encode(root.asReader());
  return {text.begin(), text.size()};
}

/// What `read(Wire::Reader)` makes of the JSON; nothing if it is not the JSON of a Wire.
template <typename Wire, typename Read>
auto decode(std::string_view text, Read&& read)
    -> std::optional<decltype(read(typename Wire::Reader{}))> {
  std::optional<decltype(read(typename Wire::Reader{}))> answer;
  const auto error = kj::runCatchingExceptions([&] {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<Wire>();
    codec<Wire>().decode(kj::arrayPtr(text.data(), text.size()), root);
    answer = read(root.asReader());
  });
  if (error != nullptr) return std::nullopt;
  return answer;
}

inline unsigned count_of(std::size_t size) {
  return static_cast<unsigned>(size);
}

/// Text that is empty stays null, so that the JSON has no such field.
template <typename Set>
void set_text(const std::string& text, Set&& set) {
  if (!text.empty()) set(capnp::Text::Reader(text.data(), text.size()));
}

inline std::string to_string(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

inline void set_texts(capnp::List<capnp::Text>::Builder list,
                      const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < list.size(); ++i) {
    list.set(i, capnp::Text::Reader(texts[i].data(), texts[i].size()));
  }
}

inline std::vector<std::string> get_texts(capnp::List<capnp::Text>::Reader list) {
  std::vector<std::string> texts;
  for (const auto text : list) texts.push_back(to_string(text));
  return texts;
}

}  // namespace flatline::capnp_json
