#pragma once

// libuv's handles as unique pointers. A handle lives on the heap until its close callback: the
// pointer's destructor closes it, and the loop frees it in that callback. Once it is closed, the
// handle itself calls nobody back any more; a request on it, such as a connection's, still does.

#include <exception>
#include <memory>
#include <utility>

struct uv_loop_s;
struct uv_async_s;
struct uv_pipe_s;
struct uv_signal_s;
struct uv_tcp_s;
struct uv_timer_s;

namespace flatline {

struct HandleCloser {
  void operator()(uv_async_s* handle) const;
  void operator()(uv_pipe_s* handle) const;
  void operator()(uv_signal_s* handle) const;
  void operator()(uv_tcp_s* handle) const;
  void operator()(uv_timer_s* handle) const;
};

template <typename Handle>
using HandlePointer = std::unique_ptr<Handle, HandleCloser>;

/// Each makes a handle whose field `data` is set to the argument. Throws Failure when libuv cannot.
HandlePointer<uv_async_s> async_handle(uv_loop_s& loop, void (*wake)(uv_async_s*), void* data);
HandlePointer<uv_pipe_s> pipe_handle(uv_loop_s& loop, void* data);
HandlePointer<uv_signal_s> signal_handle(uv_loop_s& loop, void* data);
HandlePointer<uv_tcp_s> tcp_handle(uv_loop_s& loop, void* data);
HandlePointer<uv_timer_s> timer_handle(uv_loop_s& loop, void* data);

/// Throws Failure when `result` is one of libuv's errors.
void require_uv(int result);

/// Tells the log of what a callback threw.
void tell_thrown(const std::exception& error) noexcept;

/// Does what one of libuv's callbacks is for. libuv is C, and nothing may be thrown through it:
/// what `act` throws is told in the log. False: it threw.
template <typename Act>
bool in_callback(Act&& act) {
  try {
    std::forward<Act>(act)();
    return true;
  } catch (const std::exception& error) {
    tell_thrown(error);
    return false;
  }
}

}  // namespace flatline
