#pragma once

// What routes about the past have in common: they read moments, answer on the past pool, and say
// what cannot be told, or not now.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/api/past.h"
#include "collector/api/route.h"
#include "collector/api/sources.h"

namespace flatline {

double to_seconds(Milliseconds duration);

/// Reads a moment. Throws PastRefused (400).
WallTime read_time(const ApiRequest& request, const std::string& name);

struct Stretch {
  WallTime from{};
  WallTime to{};
};
/// The time from `from=` to `to=`, or to now if that was not given, cut to what the history
/// reaches. Throws PastRefused (400) where it is empty.
Stretch read_stretch(const Past& past, const ApiCall& call);

using PastAnswer = ApiResponse (*)(Past&, const ApiCall&);

/// A route whose answer is made on the past pool. `check_form` throws PastRefused for what is wrong
/// whatever is stored, so that it costs the disk nothing.
Route past_route(const ApiSources& sources, std::string_view path,
                 std::vector<std::string_view> parameters,
                 std::function<void(const ApiRequest&)> check_form, PastAnswer answer);

/// The same route where it takes a filter: one that is none is refused at once, and one that reads
/// names or labels costs more. `price` is what a request costs beyond itself.
Route filtered(Route route, double price = 0);

}  // namespace flatline
