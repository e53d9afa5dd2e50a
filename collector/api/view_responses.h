#pragma once

// Answers that are made of a view in one way, be it the newest view or one of the past: a bitmap,
// and which slots a page of hosts shows.

#include <optional>
#include <string>
#include <variant>

#include "collector/api/route.h"
#include "collector/view/view.h"
#include "schema/answers/view_answers.h"

namespace flatline {

/// The planes that `plane=` asks for: one, or all.
struct PlaneRange {
  std::size_t first = 0;
  std::size_t count = kPlanes;
};
std::variant<PlaneRange, ApiResponse> read_planes(const ApiRequest& request);
/// The bitmap of these planes. With `matches` their bits are only those of hosts that match.
ApiResponse bitmap_response(const View& view, PlaneRange planes, const PlaneWords* matches);

/// What `limit=` and `after=` ask for.
struct PageRequest {
  std::uint32_t limit = 0;
  std::uint32_t start = 0;  ///< The first slot of the page.
};
/// A page has at most `most` elements, and `usual` where no limit is given.
std::variant<PageRequest, ApiResponse> read_page_request(std::uint32_t capacity,
                                                         const ApiRequest& request,
                                                         std::uint32_t most = kMaxPageHosts,
                                                         std::uint32_t usual = kDefaultPageHosts);

/// The same for a list of hosts: where it names slots, all of them are on one page without a limit.
std::variant<PageRequest, ApiResponse> read_hosts_page(std::uint32_t capacity,
                                                       const ApiRequest& request);
/// Those of the slots that `slots=` names in which a host of the view is; none where it is absent.
std::variant<PlaneWords, ApiResponse> read_slots(const View& view, const ApiRequest& request);

/// A page's totals, without its hosts.
HostPageAnswer begin_page(const View& view, const PlaneWords& matches);
/// How many slots match.
std::uint32_t count_of(const PlaneWords& matches);
inline bool holds(const PlaneWords& matches, std::uint32_t slot) {
  return (matches[slot / 64] >> (slot % 64) & 1) != 0;
}

/// Reads a whole number of at most 32 bits; `text` may hold nothing else.
std::optional<std::uint64_t> read_number(const std::string& text);

/// Reads `limit=`, the number of hosts on a page. Returns nothing if it is not allowed.
std::optional<std::uint32_t> read_limit(const ApiRequest& request,
                                        std::uint32_t most = kMaxPageHosts,
                                        std::uint32_t usual = kDefaultPageHosts);
/// Says which limits are allowed, for error messages.
std::string limit_form(std::uint32_t most = kMaxPageHosts);
inline constexpr const char* kAfterForm = "after: must be the `next` of the page before";

}  // namespace flatline
