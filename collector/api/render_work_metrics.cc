#include "collector/api/render_work_metrics.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "collector/api/api_work.h"
#include "collector/api/process_figures.h"
#include "collector/api/tls.h"
#include "schema/program/version.h"

namespace flatline {
namespace {

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void add_durations(std::string_view name, std::string_view help, const DurationCounts& counts,
                   Duration sum, MetricPage& page) {
  std::array<double, kDurationBounds.size()> bounds{};
  for (std::size_t i = 0; i < bounds.size(); ++i) bounds[i] = seconds(kDurationBounds[i]);
  page.histogram(name, help, bounds, counts, seconds(sum));
}

void add_datagrams(const ViewHead& head, const ReceiveBuffer& buffer, MetricPage& page) {
  page.counter("flatline_datagrams_total", "Datagrams by what became of them.");
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    page.add({{"outcome", outcome_name(static_cast<Outcome>(i))}},
             static_cast<double>(head.outcomes[i]));
  }
  page.counter("flatline_datagrams_lost_total", "Datagrams that found no room in the kernel.",
               static_cast<double>(head.lost));
  page.counter("flatline_datagrams_filtered_total", "Datagrams that the kernel refused for us.",
               static_cast<double>(head.filtered));
  page.counter("flatline_datagram_bytes_total", "Bytes of the datagrams that were taken.",
               static_cast<double>(head.work.datagram_bytes));
  page.gauge("flatline_receive_buffer_wanted_bytes", "The receive buffer that the fleet needs.",
             static_cast<double>(buffer.wanted_bytes));
  page.gauge("flatline_receive_buffer_granted_bytes", "The receive buffer that the kernel gave.",
             static_cast<double>(buffer.granted_bytes));
}

void add_ticks(const ViewHead& head, Duration period, MetricPage& page) {
  page.counter("flatline_ticks_total", "Ticks.", static_cast<double>(head.tick));
  page.counter("flatline_late_ticks_total", "Ticks that came a period late or more.",
               static_cast<double>(head.late_ticks));
  page.gauge("flatline_tick_period_seconds", "The time from tick to tick.", seconds(period));
  add_durations("flatline_tick_duration_seconds", "How long ticks took.", head.work.tick_times,
                head.work.tick_time, page);
  add_durations("flatline_tick_lateness_seconds", "How late ticks began.", head.work.latenesses,
                head.work.lateness, page);
  page.counter("flatline_published_bytes_total", "Bytes of the views that were published.",
               static_cast<double>(head.work.published_bytes));
}

}  // namespace

void add_work_metrics(const ViewHead& head, const CollectorFacts& facts, MetricPage& page) {
  page.gauge("flatline_build_info", "The collector's version.");
  page.add({{"version", kVersion}}, 1);
  add_datagrams(head, facts.receive_buffer, page);
  add_ticks(head, facts.tick, page);
  page.counter("flatline_check_names_refused_total", "Details of checks whose names found no room.",
               static_cast<double>(head.check_names_refused));
  page.counter("flatline_operator_refused_attempts_total",
               "Changes refused for their token or the way they came.",
               static_cast<double>(facts.refused_attempts));
  page.counter("flatline_api_wrong_tokens_total", "Requests that showed a wrong token.",
               static_cast<double>(facts.wrong_tokens));
}

void add_storage_metrics(const StorageStatus& storage, MetricPage& page) {
  page.gauge("flatline_trouble", "Whether this is why the collector is degraded.");
  for (std::size_t i = 0; i < kTroubles; ++i) {
    page.add({{"trouble", kTroubleNames[i]}}, (storage.troubles >> i & 1) != 0 ? 1 : 0);
  }
  const auto add_written = [&](const auto& value) {
    page.add({{"kind", "history"}}, static_cast<double>(value(storage.history)));
    page.add({{"kind", "checkpoint"}}, static_cast<double>(value(storage.checkpoints)));
  };
  page.counter("flatline_journal_writes_total", "Steps of the history and checkpoints stored.");
  add_written([](const StorageWork& work) { return work.writes; });
  page.counter("flatline_journal_bytes_total", "Bytes in the rows of these.");
  add_written([](const StorageWork& work) { return work.cost.bytes; });
  page.counter("flatline_journal_pages_total", "Pages of the disk that these took.");
  add_written([](const StorageWork& work) { return work.cost.pages; });
  page.counter("flatline_journal_lost_steps_total", "Steps of the history that were not stored.",
               static_cast<double>(storage.lost_steps));
  page.counter("flatline_registry_rows_total", "Rows of hosts that were stored.",
               static_cast<double>(storage.registry_rows));
}

void add_api_metrics(const ApiWork& work, MetricPage& page) {
  page.counter("flatline_api_requests_total", "Requests by route and status of the answer.");
  for (std::size_t route = 0; route < work.routes().size(); ++route) {
    for (std::size_t status = 0; status < kApiStatuses.size(); ++status) {
      page.add({{"route", work.routes()[route]}, {"code", std::to_string(kApiStatuses[status])}},
               static_cast<double>(work.answers(route, status)));
    }
  }
  page.counter("flatline_api_throttled_total", "Requests refused because they came too often.",
               static_cast<double>(work.answers_with(429)));
  page.gauge("flatline_api_connections", "Open connections.",
             static_cast<double>(work.connections()));
  page.counter("flatline_api_connections_refused_total", "Connections beyond a client's share.",
               static_cast<double>(work.connections_turned_away()));
  page.counter("flatline_actions_total", "Requests for a change by what became of them.");
  page.add({{"result", "done"}}, static_cast<double>(work.changes_done()));
  page.add({{"result", "refused"}}, static_cast<double>(work.changes_refused()));
}

void add_tls_metrics(const Tls& tls, MetricPage& page) {
  page.counter("flatline_api_handshakes_total", "TLS handshakes by what became of them.");
  for (std::size_t i = 0; i < kHandshakeEnds; ++i) {
    page.add({{"result", kHandshakeEndNames[i]}},
             static_cast<double>(tls.ended(static_cast<HandshakeEnd>(i))));
  }
  const auto certificate = tls.certificate();
  page.gauge("flatline_api_certificate_expiry_timestamp_seconds",
             "When the API's certificate expires, since 1970.",
             std::chrono::duration<double>(certificate->expires().time_since_epoch()).count());
  page.gauge("flatline_api_handshake_cost_seconds",
             "What a handshake is charged, in processor time, by the key that is shown.",
             seconds(certificate->handshake_cost()));
}

void add_process_metrics(const ProcessFigures& process, MetricPage& page) {
  page.counter("process_cpu_seconds_total", "Processor time, of user and system.",
               process.cpu_seconds);
  page.gauge("process_resident_memory_bytes", "Resident memory.", process.resident_bytes);
  page.gauge("process_virtual_memory_bytes", "Virtual memory.", process.virtual_bytes);
  page.gauge("process_open_fds", "Open file descriptors.", process.open_files);
  page.gauge("process_max_fds", "How many may be open.", process.max_files);
  page.gauge("process_start_time_seconds", "When the process started, since 1970.",
             process.started_unix_seconds);
}

}  // namespace flatline
