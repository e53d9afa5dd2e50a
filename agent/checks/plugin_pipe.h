#pragma once

// One of a plugin's two outputs: the pipe that it writes to, and as much of what came through it
// as is kept. The pipe is read to its end, so that a plugin never waits for us; what has no room is
// thrown away. The check owns it, and it lives on the loop's thread.

#include <cstddef>
#include <string_view>
#include <vector>

#include "agent/loop/handles.h"
#include "schema/program/descriptor.h"

namespace flatline {

class PluginPipe {
 public:
  enum class Keep {
    kBeginning,  ///< The first `room` bytes.
    kEnd,        ///< At least the last `room` / 2 bytes.
  };

  PluginPipe(std::size_t room, Keep keep) : keep_(keep), kept_(room) {}
  PluginPipe(const PluginPipe&) = delete;
  PluginPipe& operator=(const PluginPipe&) = delete;

  /// Makes a new pipe and forgets what was kept. Returns the end for the plugin to write to, which
  /// the caller closes once the plugin has it. Throws Failure where the system gives none.
  [[nodiscard]] Descriptor open(uv_loop_s& loop);
  /// Reads from now on.
  void read();
  /// Reads what is in the pipe and closes it. It does not wait for the pipe's end, because a
  /// process that the plugin left behind may hold it open.
  void finish();
  void close() { pipe_.reset(); }

  [[nodiscard]] std::string_view text() const { return {kept_.data(), size_}; }

 private:
  struct Room {
    char* begin;
    std::size_t size;
  };
  Room make_room();

  Keep keep_;
  std::vector<char> kept_;
  std::size_t size_ = 0;
  HandlePointer<uv_pipe_s> pipe_;  ///< Null where nothing is left to read.
};

}  // namespace flatline
