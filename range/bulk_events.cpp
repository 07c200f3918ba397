#include "range/bulk_events.h"

#include <algorithm>

#include "range/evtx_writer.h"
#include "range/routine_events.h"

namespace afterpatch::range {
namespace {

constexpr Timestamp kStart = std::chrono::sys_days(std::chrono::year(2021) / 2 / 26);
constexpr int kHappeningsPerDay = 24 * 4000;
constexpr EventHabits kAll{.process_auditing = true, .sysmon = true};

std::vector<EvtxEvent> everyday_events(const Server& server, const Random& random) {
  std::vector<EvtxEvent> events;
  RoutineEvents(server, random.fork("routine"), kAll, kHappeningsPerDay)
      .add_hour(kStart + std::chrono::hours(10), events);
  std::ranges::stable_sort(events, {}, &EvtxEvent::time);
  return events;
}

std::vector<EvtxEvent> attack_events(const Server& server, const Random& random) {
  std::vector<EvtxEvent> events;
  Random drawn = random.fork("attack");
  const std::string shell = "C:\\Windows\\System32\\cmd.exe";
  WindowsEvents(server, drawn.fork("events"))
      .process(kStart,
               {shell, "\"cmd\" /c whoami", std::string(kWorkerImage),
                worker_command_line("MSExchangeOWAAppPool", drawn), "c:\\windows\\system32\\inetsrv\\"},
               kAll, events);
  return events;
}

// Writes events of a pool in turn, ten milliseconds apart.
class Turn {
 public:
  explicit Turn(std::vector<EvtxEvent> events) : events_(std::move(events)) {}
  EvtxEvent& next(Timestamp time) {
    EvtxEvent& event = events_[at_++ % events_.size()];
    event.time = time;
    return event;
  }

 private:
  std::vector<EvtxEvent> events_;
  std::size_t at_ = 0;
};

}  // namespace

Result<BulkEventsReport> write_bulk_events(const BulkEventsRequest& request) {
  const Random random(request.seed);
  const Server server = make_server(random.fork("server"), true);
  auto writer = EvtxWriter::create(request.file, {.computer = server.fqdn});
  if (!writer) return std::unexpected(writer.error());
  Turn everyday(everyday_events(server, random));
  Turn attacks(attack_events(server, random));
  BulkEventsReport report;
  for (Timestamp time = kStart; writer->bytes() < request.bytes; time += std::chrono::milliseconds(10)) {
    const bool due =
        report.attack_events < request.attack_events &&
        writer->bytes() >= request.bytes / (request.attack_events + 1) * (report.attack_events + 1);
    report.attack_events += due ? 1U : 0U;
    if (const auto written = writer->write(due ? attacks.next(time) : everyday.next(time)); !written)
      return std::unexpected(written.error());
  }
  if (const auto finished = writer->finish(); !finished) return std::unexpected(finished.error());
  report.bytes = writer->bytes();
  report.events = writer->records();
  return report;
}

}  // namespace afterpatch::range
