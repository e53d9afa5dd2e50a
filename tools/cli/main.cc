// flatline: reads its command line, runs one verb.

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdio>

#include "schema/error.h"
#include "schema/identity.h"
#include "schema/token_file.h"
#include "tools/cli/verbs.h"

namespace flatline::cli {
namespace {

int run(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return 0;
  initialize_cryptography();
  if (options->verb == Verb::kKeygen) return keygen(*options);
  if (options->verb == Verb::kEnroll) return enroll(*options);

  const std::string token = options->token_file.empty() ? "" : read_token_file(options->token_file);
  Session session{*options, look_at_terminal(), {options->api, token, options->timeout}};
  switch (options->verb) {
    case Verb::kStatus:
      return status(session);
    case Verb::kList:
      return list(session);
    case Verb::kShow:
      return show(session);
    case Verb::kBitmap:
      return bitmap(session);
    case Verb::kMap:
      return map(session);
    case Verb::kWatch:
      return watch(session);
    case Verb::kCheck:
      return check(session);
    case Verb::kKeygen:
    case Verb::kEnroll:
      break;
  }
  return 0;
}

}  // namespace

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Failure("stdout: cannot write");
  }
}

}  // namespace flatline::cli

int main(int argc, char** argv) {
  try {
    return flatline::cli::run(argc, argv);
  } catch (const flatline::UsageError& error) {
    fmt::print(stderr, "flatline: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "flatline: {}\n", error.what());
    return 1;
  }
}
