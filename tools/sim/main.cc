// flatline-sim plays a fleet: real reporters and real sealing in one process, over real UDP.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/standard_files.h"
#include "schema/wire/identity.h"
#include "tools/sim/options.h"
#include "tools/sim/simulation.h"

namespace {

flatline::sim::Requests requests;

void take_request(int signal) {
  switch (signal) {
    case SIGUSR1:
      requests.tell = 1;
      break;
    case SIGUSR2:
      requests.next_phase = 1;
      break;
    case SIGHUP:
      requests.rotate = 1;
      break;
    default:
      requests.stop = 1;
  }
}

int fail(const std::exception& error, int exit_code) {
  std::fprintf(stderr, "flatline-sim: %s\n", error.what());
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kUsageExit = 2;
  try {
    flatline::open_standard_files();
    const auto options = flatline::sim::parse_options(argc, argv);
    if (!options) return EXIT_SUCCESS;
    struct sigaction action {};
    action.sa_handler = take_request;
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGHUP}) {
      ::sigaction(signal, &action, nullptr);
    }
    flatline::initialize_cryptography();
    flatline::sim::Simulation simulation(*options);
    simulation.run(requests);
    return EXIT_SUCCESS;
  } catch (const flatline::UsageError& error) {
    return fail(error, kUsageExit);
  } catch (const std::exception& error) {
    return fail(error, EXIT_FAILURE);
  }
}
