#include "schema/program/configuration_error.h"

namespace flatline {

int exit_code_of(const std::exception& error) {
  const bool is_what_was_written = dynamic_cast<const UsageError*>(&error) != nullptr ||
                                   dynamic_cast<const ConfigurationError*>(&error) != nullptr;
  return is_what_was_written ? 2 : 1;
}

}  // namespace flatline
