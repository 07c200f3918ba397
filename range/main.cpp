// afterpatch-range: makes evidence, and an internet of servers, with known truth. See docs/range.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "range/bulk.h"
#include "range/bulk_events.h"
#include "range/country_command.h"
#include "range/evidence.h"
#include "range/internet_command.h"
#include "range/mail_command.h"
#include "range/scenarios.h"

namespace {

using namespace afterpatch;
using namespace afterpatch::range;

int complain(const Error& error) {
  fmt::print(stderr, "afterpatch-range: {}\n", to_string(error));
  return 2;
}

int list_scenarios() {
  for (const Scenario& scenario : scenarios()) fmt::print("{:26} {}\n", scenario.name, scenario.description);
  return 0;
}

struct EvidenceArguments {
  EvidenceRequest request;
  std::string folder;
  std::string start;
  bool list = false;
};

int make_tree(EvidenceArguments& arguments) {
  if (arguments.list) return list_scenarios();
  if (arguments.request.scenario.empty() || arguments.folder.empty()) {
    return complain({"--scenario and --out are needed", "", "--list shows the scenarios"});
  }
  if (!arguments.start.empty()) {
    arguments.request.start = parse_time(arguments.start);
    if (!arguments.request.start)
      return complain({"'" + arguments.start + "' is no date", "--start", "write it as 2021-02-26"});
  }
  arguments.request.folder = arguments.folder;
  const auto truth = make_evidence(arguments.request);
  if (!truth) return complain(truth.error());
  fmt::print("{} (seed {}): {} {}, {}; {}\n", truth->scenario, truth->seed, truth->product, truth->exposure,
             truth->compromise, truth->tree.string());
  return 0;
}

struct BulkArguments {
  BulkRequest request;
  std::string file;
};

int make_bulk(BulkArguments& arguments) {
  arguments.request.file = arguments.file;
  const auto report = write_bulk_log(arguments.request);
  if (!report) return complain(report.error());
  fmt::print("{}: {} bytes, {} rows, {} attack rows\n", arguments.file, report->bytes, report->rows,
             report->attack_rows);
  return 0;
}

struct BulkEventsArguments {
  BulkEventsRequest request;
  std::string file;
};

int make_bulk_events(BulkEventsArguments& arguments) {
  arguments.request.file = arguments.file;
  const auto report = write_bulk_events(arguments.request);
  if (!report) return complain(report.error());
  fmt::print("{}: {} bytes, {} events, {} attack events\n", arguments.file, report->bytes, report->events,
             report->attack_events);
  return 0;
}

CLI::App* add_evidence(CLI::App& app, EvidenceArguments& arguments) {
  auto* command = app.add_subcommand("evidence", "an Exchange server's disk with known truth");
  command->add_option("--scenario", arguments.request.scenario, "which story (--list)");
  command->add_option("--seed", arguments.request.seed, "the same seed gives the same bytes")
      ->capture_default_str();
  command->add_option("--out", arguments.folder, "folder that gets tree/ and truth.json");
  command->add_option("--days", arguments.request.days, "length of the period")->capture_default_str();
  command->add_option("--start", arguments.start, "first day, UTC (that of the scenario)");
  command->add_option("--rows-per-day", arguments.request.rows_per_day, "front-end requests a day")
      ->capture_default_str();
  command
      ->add_option("--events-per-day", arguments.request.events_per_day, "everyday happenings in event logs")
      ->capture_default_str();
  command->add_flag("--list", arguments.list, "list the scenarios");
  return command;
}

CLI::App* add_bulk(CLI::App& app, const std::string& name, const std::string& help,
                   BulkArguments& arguments) {
  auto* command = app.add_subcommand(name, help);
  command->add_option("--bytes", arguments.request.bytes, "size, such as 200M or 2G")
      ->required()
      ->transform(CLI::AsSizeValue(false));
  command->add_option("--seed", arguments.request.seed, "the same seed gives the same bytes")
      ->capture_default_str();
  command->add_option("--out", arguments.file, "file to write")->required();
  command->add_option("--attack-rows", arguments.request.attack_rows, "attack rows, spread evenly")
      ->capture_default_str();
  return command;
}

CLI::App* add_bulk_events(CLI::App& app, BulkEventsArguments& arguments) {
  auto* command = app.add_subcommand("event-log", "one large event log (EVTX), all channels in one");
  command->add_option("--bytes", arguments.request.bytes, "size, such as 200M or 2G")
      ->required()
      ->transform(CLI::AsSizeValue(false));
  command->add_option("--seed", arguments.request.seed, "the same seed gives the same bytes")
      ->capture_default_str();
  command->add_option("--out", arguments.file, "file to write")->required();
  command->add_option("--attack-events", arguments.request.attack_events, "attack events, spread evenly")
      ->capture_default_str();
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Makes evidence of Exchange servers, and servers to scan, with known truth: for demos, tests and "
      "benchmarks."};
  app.require_subcommand(1);
  EvidenceArguments evidence;
  BulkArguments iis{{.log = BulkLog::iis, .file = {}}, ""};
  BulkArguments http_proxy{{.log = BulkLog::http_proxy, .file = {}}, ""};
  const auto* tree = add_evidence(app, evidence);
  const auto* iis_log = add_bulk(app, "iis-log", "one large IIS log", iis);
  add_bulk(app, "http-proxy-log", "one large HttpProxy log", http_proxy);
  BulkEventsArguments events;
  const auto* event_log = add_bulk_events(app, events);
  std::function<int()> job;
  add_country(app, job);
  add_internet(app, job);
  add_mail(app, job);
  CLI11_PARSE(app, argc, argv);
  if (job) return job();
  if (tree->parsed()) return make_tree(evidence);
  if (event_log->parsed()) return make_bulk_events(events);
  return make_bulk(iis_log->parsed() ? iis : http_proxy);
}
