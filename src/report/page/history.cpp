// Exposure over time, attack runs and mailboxes: the tables.
#include <algorithm>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kMostRows = 300;

Html more_rows(std::size_t all) {
  return all > kMostRows ? note(fmt::format("{} more in report.json.", number_text(all - kMostRows)))
                         : Html();
}

Html time_pair(Timestamp first, Timestamp last) {
  if (first == last) return time_cell(first);
  return time_cell(first) + void_element("br", {}) + text("to ") + time_cell(last);
}

std::string when_words(const assess::Run& run) {
  if (run.before_disclosure) return "before disclosure";
  return run.before_patch_released ? "before the patch was released" : "after the patch was released";
}

Html run_details(const PageContext& page, const assess::Run& run) {
  Facts facts;
  if (run.written) facts.add("File written", time_cell(*run.written));
  facts.add("Known from", text(run.written_by));
  facts.add("Aimed at", codes(run.hosts));
  facts.add("User agents", codes(run.user_agents));
  facts.add("Acting as", codes(run.accounts));
  facts.add("Tool's mark", code(run.cluster_mark));
  return facts.html() + evidence_details(page, run.evidence, 10);
}

Html reached(const assess::Run& run) {
  return badge(to_string(run.outcome), tone_of(run.outcome)) + text(" ") + confidence_badge(run.confidence);
}

void add_run(Table& table, const PageContext& page, const assess::Run& run) {
  table.row({time_pair(run.start, run.end), code(run.client), reached(run), text(number_text(run.requests)),
             codes(run.cves), text(when_words(run))},
            run_details(page, run));
}

std::string bytes_or_unknown(std::int64_t bytes) {
  return bytes < 0 ? "not logged" : bytes_text(static_cast<std::uint64_t>(bytes));
}

}  // namespace

Html exposure_section(const PageContext& page) {
  Table table("Builds that the logs name, in order of time (UTC)",
              {"From", "To", "Build", "Status", "Open flaws", "Named by"}, TooWide::stack);
  const auto& spans = page.server.exposure;
  for (std::size_t i = 0; i < std::min(spans.size(), kMostRows); ++i) {
    const assess::ExposureSpan& span = spans[i];
    table.row(
        {time_cell(span.first), time_cell(span.last), code(span.build) + text(" ") + text(span.build_name),
         badge(exposure_label(span.status), tone_of(span.status)), codes(span.open_cves), text(span.source)});
  }
  const Html body =
      table.empty()
          ? note("No log names a build, so when this server was exposed can't be told from this evidence.")
          : table.html() + more_rows(spans.size());
  return section(page, "exposure", "Exposure over time",
                 lead("Exchange writes its build into its logs. A build is known only for the times at which "
                      "a log names it.") +
                     body);
}

Html runs_section(const PageContext& page) {
  Table table("Attack runs, in order of time (UTC)",
              {"When", "Client", "Reached", "Requests", "Flaws", "Relative to the patch"}, TooWide::stack);
  const auto& runs = page.server.runs;
  for (std::size_t i = 0; i < std::min(runs.size(), kMostRows); ++i) add_run(table, page, runs[i]);
  const Html body = table.empty() ? note(
                                        "No attack run was found in the logs that were read. What they don't "
                                        "cover is listed under Coverage.")
                                  : table.html() + more_rows(runs.size());
  return section(
      page, "runs", "Attack runs",
      lead("A run is one use of an attack tool: rows of one client that follow each other closely.") + body);
}

namespace {

// The command says most; without one the program, else who did it.
Html done(const assess::ServerEvent& event) {
  const std::string& command = event.command.empty() ? event.process : event.command;
  const Html what =
      text(event.recovered ? event.what + " (left over from a cleared or overwritten log)" : event.what);
  return command.empty() ? what : what + element("div", {}, {code(command)});
}

}  // namespace

Html server_events_section(const PageContext& page) {
  Table table("What the server's own event logs tell of an intruder, in order of time (UTC)",
              {"When", "What", "As", "Started by", "Log", "Confidence"}, TooWide::stack);
  const auto& events = page.server.server_events;
  for (std::size_t i = 0; i < std::min(events.size(), kMostRows); ++i) {
    const assess::ServerEvent& event = events[i];
    table.row({time_cell(event.time), done(event), code(event.account), code(event.parent),
               text(event.channel), confidence_badge(event.confidence)},
              evidence_details(page, event.evidence, 10));
  }
  const Html body =
      table.empty() ? note(
                          "The event logs that were read show nothing of an intruder. Whether programs that "
                          "start are logged at all depends on the server's settings: see Coverage.")
                    : table.html() + more_rows(events.size());
  return section(page, "events", "On the server", body);
}

Html mailboxes_section(const PageContext& page) {
  Table table("Mailboxes asked for by way of the flaw, in order of time (UTC)",
              {"Mailbox", "How", "Client", "When", "Requests", "Answered with", "Confidence"},
              TooWide::stack);
  const auto& mailboxes = page.server.mailboxes;
  for (std::size_t i = 0; i < std::min(mailboxes.size(), kMostRows); ++i) {
    const assess::MailboxAccess& access = mailboxes[i];
    table.row({code(access.mailbox), text(access.how), code(access.client),
               time_pair(access.first, access.last), text(number_text(access.requests)),
               text(bytes_or_unknown(access.response_bytes)), confidence_badge(access.confidence)},
              evidence_details(page, access.evidence, 10));
  }
  const Html body =
      table.empty()
          ? note("No access to a mailbox by way of the flaw was found in the logs that were read.")
          : lead(
                "\"Answered with\" is what the server sent back to these requests, with all that goes around "
                "the mail and perhaps compressed. It tells a few messages from a whole mailbox, but "
                "not how many messages were read, nor which. What left the server in other ways "
                "(an export that was fetched, mail that a rule forwarded) is not in it.") +
                table.html() + more_rows(mailboxes.size());
  return section(page, "mailboxes", "Mailboxes", body);
}

}  // namespace afterpatch::report
