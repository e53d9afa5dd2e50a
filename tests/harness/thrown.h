#pragma once

// Lets a test check the message of an error, word for word.

#include <string>

namespace flatline {

/// Returns the message of the Error that `act` throws; it is empty if `act` throws none.
template <typename Error, typename Act>
std::string message_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace flatline
