// What nearly every test includes for itself. Each test program parses it once (tests/meson.build).
// Nobody includes it, and it is compiled by itself: hence its own ending, and no guard.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
