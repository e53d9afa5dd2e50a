#include "collector/view/view_board.h"

#include <type_traits>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::is_trivially_copyable_v<ViewHead> && sizeof(ViewHead) % 8 == 0);

std::size_t plane_bytes(std::uint32_t capacity) {
  return capacity / 8;
}

}  // namespace

ViewBoard::Buffer::Buffer(std::uint32_t capacity)
    : head(sizeof(ViewHead)),
      groups(sizeof(GroupTable)),
      planes(kPlanes * plane_bytes(capacity)),
      causes(capacity) {}

ViewBoard::ViewBoard(std::uint32_t capacity) : capacity_(capacity) {
  ViewHead nothing_yet;
  nothing_yet.capacity = capacity;
  const GroupTable no_groups;
  for (auto& view : views_) {
    view = std::make_unique<Buffer>(capacity);
    view->head.store(0, &nothing_yet, sizeof nothing_yet);
    view->groups.store(0, &no_groups, sizeof no_groups);
  }
}

std::size_t ViewBoard::publish(const View& view) {
  INVARIANT(view.head.capacity == capacity_);
  const std::size_t next = (newest_.load(std::memory_order_relaxed) + 1) % kViews;
  Buffer& buffer = *views_[next];
  buffer.lock.begin_write();
  buffer.head.store(0, &view.head, sizeof view.head);
  buffer.groups.store(0, &view.groups, sizeof view.groups);
  std::size_t bytes = sizeof view.head + sizeof view.groups;
  for (std::size_t i = 0; i < kPlanes; ++i) {
    buffer.planes.store(i * plane_bytes(capacity_), view.planes[i].data(), plane_bytes(capacity_));
    bytes += plane_bytes(capacity_);
  }
  buffer.causes.store(0, view.causes.data(), capacity_);
  bytes += capacity_;
  buffer.lock.end_write();
  newest_.store(next, std::memory_order_release);
  return bytes;
}

/// Each attempt begins at what is the newest by then: the buffer of the attempt before may be the
/// one that is being overwritten now.
template <typename Copy>
bool ViewBoard::read_newest(Copy&& copy) const {
  return read_persistently([&] {
    const Buffer& buffer = *views_[newest_.load(std::memory_order_acquire)];
    return buffer.lock.try_read([&] { copy(buffer); });
  });
}

bool ViewBoard::read(View& view) const {
  INVARIANT(view.head.capacity == capacity_);
  return read_newest([&](const Buffer& buffer) {
    buffer.head.load(0, &view.head, sizeof view.head);
    buffer.groups.load(0, &view.groups, sizeof view.groups);
    for (std::size_t i = 0; i < kPlanes; ++i) {
      buffer.planes.load(i * plane_bytes(capacity_), view.planes[i].data(), plane_bytes(capacity_));
    }
    buffer.causes.load(0, view.causes.data(), capacity_);
  });
}

bool ViewBoard::read_groups(ViewHead& head, GroupTable& groups) const {
  return read_newest([&](const Buffer& buffer) {
    buffer.head.load(0, &head, sizeof head);
    buffer.groups.load(0, &groups, sizeof groups);
  });
}

bool ViewBoard::read_head(ViewHead& head) const {
  return read_newest([&](const Buffer& buffer) { buffer.head.load(0, &head, sizeof head); });
}

}  // namespace flatline
