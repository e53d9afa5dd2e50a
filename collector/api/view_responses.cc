#include "collector/api/view_responses.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>

#include "collector/view/filter.h"
#include "schema/answers/bitmap_answer.h"
#include "schema/answers/planes.h"
#include "schema/wire/text.h"

namespace flatline {

std::optional<std::uint64_t> read_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> read_limit(const ApiRequest& request) {
  const std::string text = request.parameter("limit");
  const auto limit = text.empty() ? kDefaultPageHosts : read_number(text);
  if (!limit || *limit < 1 || *limit > kMaxPageHosts) return std::nullopt;
  return static_cast<std::uint32_t>(*limit);
}

std::string limit_form() {
  return fmt::format("limit: must be 1 to {}", kMaxPageHosts);
}

std::variant<PageRequest, ApiResponse> read_page_request(const View& view,
                                                         const ApiRequest& request) {
  const auto limit = read_limit(request);
  if (!limit) return refuse_request(400, limit_form());
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!after_text.empty() && (!after || *after >= view.head.capacity)) {
    return refuse_request(400, kAfterForm);
  }
  auto matched = evaluate_filter(request.parameter("filter"), view);
  if (const auto* error = std::get_if<FilterError>(&matched)) {
    return refuse_request(400, error->message);
  }
  return PageRequest{std::move(std::get<PlaneWords>(matched)), *limit,
                     after_text.empty() ? 0 : static_cast<std::uint32_t>(*after + 1)};
}

HostPageAnswer begin_page(const View& view, const PageRequest& page) {
  HostPageAnswer answer;
  answer.tick = static_cast<double>(view.head.tick);
  answer.generation = fmt::format("{:016x}", view.head.generation);
  for (const std::uint64_t word : page.matches) {
    answer.total += static_cast<std::uint32_t>(std::popcount(word));
  }
  return answer;
}

ApiResponse bitmap_response(const View& view, const ApiRequest& request) {
  std::size_t first = 0;
  std::size_t count = kPlanes;
  if (const auto wanted = request.query.find("plane"); wanted != request.query.end()) {
    const auto found = find_name(kPlaneNames, wanted->second);
    if (!found) {
      return refuse_request(400, fmt::format("plane: there is no '{}'; there are: {}",
                                             wanted->second, join(kPlaneNames, ", ")));
    }
    first = *found;
    count = 1;
  }
  std::string body = encode_bitmap_header(
      {view.head.capacity, view.head.flags, static_cast<std::uint8_t>(first),
       static_cast<std::uint8_t>(count), view.head.tick, view.head.generation, view.head.time});
  for (std::size_t i = first; i < first + count; ++i) {
    body.append(reinterpret_cast<const char*>(view.planes[i].data()), view.planes[i].size() * 8);
  }
  return {.type = "application/octet-stream", .body = std::move(body)};
}

}  // namespace flatline
