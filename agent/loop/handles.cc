#include "agent/loop/handles.h"

#include <uv.h>

#include <string>

#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {
namespace {

template <typename Handle>
void close_handle(Handle* handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(handle),
           [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
}

/// Makes and initializes a handle. Where initializing fails, the handle is freed and not closed.
template <typename Handle, typename Initialize>
HandlePointer<Handle> make_handle(void* data, Initialize initialize) {
  auto handle = std::make_unique<Handle>();
  require_uv(initialize(handle.get()));
  handle->data = data;
  return HandlePointer<Handle>(handle.release());
}

}  // namespace

void HandleCloser::operator()(uv_async_s* handle) const {
  close_handle(handle);
}
void HandleCloser::operator()(uv_pipe_s* handle) const {
  close_handle(handle);
}
void HandleCloser::operator()(uv_signal_s* handle) const {
  close_handle(handle);
}
void HandleCloser::operator()(uv_tcp_s* handle) const {
  close_handle(handle);
}
void HandleCloser::operator()(uv_timer_s* handle) const {
  close_handle(handle);
}

HandlePointer<uv_async_s> async_handle(uv_loop_s& loop, void (*wake)(uv_async_s*), void* data) {
  return make_handle<uv_async_t>(
      data, [&](uv_async_t* made) { return uv_async_init(&loop, made, wake); });
}

HandlePointer<uv_pipe_s> pipe_handle(uv_loop_s& loop, void* data) {
  return make_handle<uv_pipe_t>(data,
                                [&](uv_pipe_t* made) { return uv_pipe_init(&loop, made, 0); });
}

HandlePointer<uv_signal_s> signal_handle(uv_loop_s& loop, void* data) {
  return make_handle<uv_signal_t>(data,
                                  [&](uv_signal_t* made) { return uv_signal_init(&loop, made); });
}

HandlePointer<uv_tcp_s> tcp_handle(uv_loop_s& loop, void* data) {
  return make_handle<uv_tcp_t>(data, [&](uv_tcp_t* made) { return uv_tcp_init(&loop, made); });
}

HandlePointer<uv_timer_s> timer_handle(uv_loop_s& loop, void* data) {
  return make_handle<uv_timer_t>(data,
                                 [&](uv_timer_t* made) { return uv_timer_init(&loop, made); });
}

void require_uv(int result) {
  if (result < 0) throw Failure(std::string("libuv: ") + uv_strerror(result));
}

void tell_thrown(const std::exception& error) noexcept {
  log_warning("given up for now: {}", error.what());
}

}  // namespace flatline
