#include "collector/api/view_responses.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>
#include <sstream>

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

std::optional<std::uint32_t> read_limit(const ApiRequest& request, std::uint32_t most,
                                        std::uint32_t usual) {
  const std::string text = request.parameter("limit");
  const auto limit = text.empty() ? usual : read_number(text);
  if (!limit || *limit < 1 || *limit > most) return std::nullopt;
  return static_cast<std::uint32_t>(*limit);
}

std::string limit_form(std::uint32_t most) {
  return fmt::format("limit: must be 1 to {}", most);
}

std::variant<PageRequest, ApiResponse> read_page_request(std::uint32_t capacity,
                                                         const ApiRequest& request,
                                                         std::uint32_t most, std::uint32_t usual) {
  const auto limit = read_limit(request, most, usual);
  if (!limit) return refuse_request(400, limit_form(most));
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!after_text.empty() && (!after || *after >= capacity)) {
    return refuse_request(400, kAfterForm);
  }
  return PageRequest{*limit, after_text.empty() ? 0 : static_cast<std::uint32_t>(*after + 1)};
}

std::variant<PageRequest, ApiResponse> read_hosts_page(std::uint32_t capacity,
                                                       const ApiRequest& request) {
  const bool by_slots = request.query.contains("slots");
  return read_page_request(capacity, request, kMaxPageHosts,
                           by_slots ? kMaxPageHosts : kDefaultPageHosts);
}

std::variant<PlaneWords, ApiResponse> read_slots(const View& view, const ApiRequest& request) {
  PlaneWords slots(view.head.capacity / 64);
  const auto wanted = request.query.find("slots");
  if (wanted == request.query.end()) return slots;
  if (request.query.contains("filter")) {
    return refuse_request(400, "slots: not together with a filter");
  }
  std::istringstream numbers(wanted->second + ",");
  std::uint32_t count = 0;
  for (std::string text; std::getline(numbers, text, ',');) {
    const auto slot = read_number(text);
    if (!slot || *slot >= view.head.capacity || ++count > kMaxPageHosts) {
      return refuse_request(
          400,
          fmt::format("slots: must be up to 1,000 numbers from 0 to {} with commas between them",
                      view.head.capacity - 1));
    }
    slots[*slot / 64] |= std::uint64_t{1} << *slot % 64;
  }
  const PlaneWords& registered = view.plane(Plane::kRegistered);
  for (std::size_t word = 0; word < slots.size(); ++word) slots[word] &= registered[word];
  return slots;
}

std::uint32_t count_of(const PlaneWords& matches) {
  std::uint32_t count = 0;
  for (const std::uint64_t word : matches) count += static_cast<std::uint32_t>(std::popcount(word));
  return count;
}

HostPageAnswer begin_page(const View& view, const PlaneWords& matches) {
  HostPageAnswer answer;
  answer.tick = static_cast<double>(view.head.tick);
  answer.generation = fmt::format("{:016x}", view.head.generation);
  answer.total = count_of(matches);
  return answer;
}

std::variant<PlaneRange, ApiResponse> read_planes(const ApiRequest& request) {
  const auto wanted = request.query.find("plane");
  if (wanted == request.query.end()) return PlaneRange{};
  const auto found = find_name(kPlaneNames, wanted->second);
  if (found) return PlaneRange{*found, 1};
  return refuse_request(400, fmt::format("plane: there is no '{}'; there are: {}", wanted->second,
                                         join(kPlaneNames, ", ")));
}

ApiResponse bitmap_response(const View& view, PlaneRange planes, const PlaneWords* matches) {
  std::string body = encode_bitmap_header({view.head.capacity, view.head.flags,
                                           static_cast<std::uint8_t>(planes.first),
                                           static_cast<std::uint8_t>(planes.count), view.head.tick,
                                           view.head.generation, view.head.time});
  PlaneWords cut;
  for (std::size_t i = planes.first; i < planes.first + planes.count; ++i) {
    const PlaneWords* plane = &view.planes[i];
    if (matches != nullptr) {
      cut = *plane;
      for (std::size_t word = 0; word < cut.size(); ++word) cut[word] &= (*matches)[word];
      plane = &cut;
    }
    body.append(reinterpret_cast<const char*>(plane->data()), plane->size() * 8);
  }
  return {.type = "application/octet-stream", .body = std::move(body)};
}

}  // namespace flatline
