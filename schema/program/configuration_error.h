#pragma once

// How a wrong configuration is told, and what it makes of a program.

#include <exception>

#include "schema/program/error.h"

namespace flatline {

/// A configuration is wrong, which is a Failure, too: where a running program reads it again, the
/// old one stays. It ends a program that starts, with exit code 2. The message has a line for each
/// fault, as `agent.toml:12: interval: ...`.
class ConfigurationError : public Failure {
  using Failure::Failure;
};

/// The exit code of a program that `error` ends.
int exit_code_of(const std::exception& error);

}  // namespace flatline
