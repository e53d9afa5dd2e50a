#include "schema/program/thread_priority.h"

#include <sys/resource.h>

#include "schema/limits.h"

namespace flatline {

void give_way() {
  // On Linux niceness is a thread's. Where it cannot be had, the thread works all the same.
  (void)::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + kGiveWayNice);
}

}  // namespace flatline
