#include "agent/checks/plugin_pipe.h"

#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <utility>

#include "schema/limits.h"

namespace flatline {
namespace {

/// Where bytes are read to that nobody keeps. Nobody reads them there.
std::array<char, kPluginOutputBytes> thrown_away;

}  // namespace

Descriptor PluginPipe::open(uv_loop_s& loop) {
  // Not one of libuv's own making, which would be a socket: a plugin cannot open its /dev/stderr.
  uv_file ends[2] = {-1, -1};
  require_uv(uv_pipe(ends, UV_NONBLOCK_PIPE, 0));
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  auto pipe = pipe_handle(loop, this);
  require_uv(uv_pipe_open(pipe.get(), ours.get()));
  (void)ours.release();  // The handle closes it.
  pipe_ = std::move(pipe);
  size_ = 0;
  return theirs;
}

void PluginPipe::read() {
  const auto give_room = [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    const Room room = static_cast<PluginPipe*>(handle->data)->make_room();
    *buffer = uv_buf_init(room.begin, static_cast<unsigned>(room.size));
  };
  const auto on_read = [](uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer) {
    auto& pipe = *static_cast<PluginPipe*>(stream->data);
    if (got < 0) {
      pipe.close();
    } else if (buffer->base != thrown_away.data()) {
      pipe.size_ += static_cast<std::size_t>(got);
    }
  };
  uv_read_start(reinterpret_cast<uv_stream_t*>(pipe_.get()), give_room, on_read);
}

void PluginPipe::finish() {
  uv_os_fd_t descriptor = -1;
  if (pipe_ && uv_fileno(reinterpret_cast<uv_handle_t*>(pipe_.get()), &descriptor) == 0) {
    // Who is left behind may write for ever, but no more fits in the pipe at a time.
    std::size_t left = kPipeBytes;
    ssize_t got = 1;
    while (got > 0 && left > 0) {
      const Room room = make_room();
      if (room.begin == thrown_away.data()) break;
      got = ::read(descriptor, room.begin, std::min(room.size, left));
      if (got <= 0) break;
      size_ += static_cast<std::size_t>(got);
      left -= static_cast<std::size_t>(got);
    }
  }
  close();
}

PluginPipe::Room PluginPipe::make_room() {
  if (size_ == kept_.size() && keep_ == Keep::kEnd) {
    const auto half = static_cast<std::ptrdiff_t>(size_ / 2);
    std::copy(kept_.end() - half, kept_.end(), kept_.begin());
    size_ = static_cast<std::size_t>(half);
  }
  if (size_ == kept_.size()) return {thrown_away.data(), thrown_away.size()};
  return {kept_.data() + size_, kept_.size() - size_};
}

}  // namespace flatline
