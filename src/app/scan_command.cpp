#include "app/scan_command.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "app/exit_status.h"
#include "app/give_up.h"
#include "app/interrupt.h"
#include "app/scan_contact_page.h"
#include "app/scan_dry_run.h"
#include "app/scan_identity.h"
#include "app/scan_progress.h"
#include "app/scan_store_feed.h"
#include "app/scan_summary.h"
#include "base/file.h"
#include "base/hash.h"
#include "exposure/scan_journal.h"
#include "exposure/scanner.h"
#include "exposure/target_reader.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {
namespace {

using namespace exposure;

constexpr std::string_view kStopping =
    "\nafterpatch: stopping; what was reported is kept. Press Ctrl-C again to end at once.\n";

// Everything that a scan needs before its first packet.
struct Prepared {
  TargetSet targets;
  TargetReading reading;
  Shard shard;
  ProbeContext context;
  std::string plan_digest;
  OptOutFile opt_out;
  std::optional<NetworkTable> networks;
  ScanSettings settings;
  std::uint64_t seed = 0;
};

Result<void> read_argument(const ScanCommand& command, const std::string& argument, Prepared& prepared) {
  if (argument == "-")
    return read_targets(std::cin, "standard input", command.port, prepared.targets, prepared.reading);
  std::error_code error;
  if (std::filesystem::is_regular_file(argument, error) || std::filesystem::is_fifo(argument, error)) {
    std::ifstream file(argument, std::ios::binary);
    if (!file) return fail("can't be read", argument);
    return read_targets(file, argument, command.port, prepared.targets, prepared.reading);
  }
  const auto added = add_target(argument, prepared.targets);
  if (!added) return std::unexpected(added.error());
  if (*added) return {};
  return fail("no address, range, name or file: '" + argument + "'", "",
              "expected 192.0.2.0/24, mail.example.org, or a list");
}

Result<void> read_all_targets(const ScanCommand& command, Prepared& prepared) {
  if (command.targets.empty())
    return fail("no targets", "", "give addresses, ranges, names or files; see --help");
  for (const std::string& text : command.allowed) {
    const auto range = parse_range(text);
    if (!range) return fail("no range: '" + text + "'", "--allow", "expected 10.1.0.0/16");
    prepared.targets.allow_special(*range);
  }
  for (const std::string& argument : command.targets) {
    if (const auto read = read_argument(command, argument, prepared); !read) return read;
  }
  prepared.targets.seal();
  if (prepared.targets.size() == 0)
    return fail("nothing to scan", "",
                prepared.targets.left_out() > 0 ? "all targets are special addresses (docs/politeness.md)"
                                                : "the lists are empty");
  return {};
}

Result<void> read_knowledge(const ScanCommand& command, Prepared& prepared) {
  const auto folder = knowledge::find_knowledge(command.knowledge);
  if (!folder) return std::unexpected(folder.error());
  const auto loaded = knowledge::load_campaign(*folder, command.campaign);
  if (!loaded) return std::unexpected(loaded.error());
  const auto product_folder = *folder / "products" / loaded->product->id;
  const auto plan = knowledge::ProbePlan::load(product_folder);
  if (!plan) return std::unexpected(plan.error());
  auto signs = SignReader::make(*plan);
  if (!signs) return std::unexpected(signs.error());
  prepared.context.plan = *plan;
  prepared.context.product = loaded->product;
  prepared.context.signs = std::make_shared<const SignReader>(std::move(*signs));
  for (const auto& flaw : loaded->campaign->flaws) prepared.context.cves.push_back(flaw.cve);
  prepared.context.existence_probes = command.existence_probes;
  prepared.plan_digest = sha256(read_file(product_folder / "probes.yaml").value_or(""));
  return {};
}

Result<void> check_limits(const ScanCommand& command, bool only_loopback) {
  if (only_loopback) return {};
  const double address = command.limits.address.per_second;
  if (address <= 0 || address > 1)
    return fail("more than one request a second to an address", "--rate-address",
                "only loopback may be asked faster");
  if (command.limits.neighbourhood.per_second > 0) return {};
  return fail("no limit for a network", "--rate-network", "only loopback may be scanned without one");
}

Result<void> read_politeness(const ScanCommand& command, Prepared& prepared) {
  const bool only_loopback = prepared.targets.only_loopback();
  auto agent = user_agent(command.contact, only_loopback);
  if (!agent) return std::unexpected(agent.error());
  if (const auto checked = check_limits(command, only_loopback); !checked) return checked;
  auto opt_out = OptOutFile::open(command.opt_out);
  if (!opt_out) return std::unexpected(opt_out.error());
  prepared.opt_out = std::move(*opt_out);
  prepared.settings.user_agent = std::move(*agent);
  if (command.networks.empty()) return {};
  auto networks = NetworkTable::read(command.networks);
  if (!networks) return std::unexpected(networks.error());
  prepared.networks = std::move(*networks);
  return {};
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// A scan that goes on must go on in the order in which it began.
Result<void> choose_seed(const ScanCommand& command, Prepared& prepared) {
  prepared.seed =
      command.seed ? *command.seed : (std::uint64_t{std::random_device{}()} << 32U | std::random_device{}());
  if (command.state.empty()) return {};
  if (command.output.empty())
    return fail("--state needs --output", "", "only a file can be gone on with exactly");
  const auto earlier = read_identity(command.state);
  if (!earlier) return std::unexpected(earlier.error());
  if (*earlier && !command.seed) prepared.seed = (*earlier)->seed;
  return {};
}

Result<void> prepare(const ScanCommand& command, Prepared& prepared) {
  const auto shard = parse_shard(command.shard);
  if (!shard) return std::unexpected(shard.error());
  prepared.shard = *shard;
  for (const auto step : {read_all_targets, read_knowledge, read_politeness, choose_seed}) {
    if (const auto done = step(command, prepared); !done) return done;
  }
  ScanSettings& settings = prepared.settings;
  settings.port = command.port;
  settings.limits = command.limits;
  settings.connections = command.connections;
  settings.connect_timeout = milliseconds(command.connect_seconds);
  settings.answer_timeout = milliseconds(command.answer_seconds);
  settings.domains = command.domains;
  settings.resolver = command.resolver;
  settings.lookups_per_second = command.lookups_per_second;
  settings.reverse_names = command.reverse_names;
  return {};
}

Result<ScanJournal> open_journal(const ScanCommand& command, const Prepared& prepared) {
  if (!command.state.empty()) {
    return ScanJournal::open(
        command.output, command.state,
        {prepared.targets.digest(), prepared.seed, command.shard, command.port, prepared.plan_digest});
  }
  if (!command.output.empty()) return ScanJournal::to_file(command.output);
  if (command.format == ScanCommand::Format::json) return ScanJournal::to_descriptor(STDOUT_FILENO);
  return ScanJournal::to_file("/dev/null");
}

// Each open connection is an open file; some more are ours.
Result<void> allow_open_files(std::size_t connections) {
  constexpr rlim_t kOurOwn = 64;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = connections + kOurOwn;
  if (limit.rlim_cur >= needed) return {};
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return {};
  return fail(fmt::format("{} connections need {} open files, the system allows {}", connections, needed,
                          limit.rlim_max),
              "--connections", "raise 'ulimit -Hn', or give fewer connections");
}

// What earlier runs of this scan reported belongs into the summary.
void count_earlier(const std::filesystem::path& output, ScanCounts& counts) {
  std::ifstream file(output);
  for (std::string line; std::getline(file, line);) {
    if (const auto record = parse_json_line(line)) counts.add(*record);
  }
}

void tell_faults(const TargetReading& reading, std::ostream& err) {
  for (const Error& fault : reading.faults)
    err << "afterpatch: note: " << escape_terminal(to_string(fault)) << '\n';
  if (reading.faulty > reading.faults.size())
    err << fmt::format("afterpatch: note: {} lines of targets say nothing\n", reading.faulty);
  if (reading.other_ports > 0)
    err << fmt::format("afterpatch: note: {} lines are about other ports\n", reading.other_ports);
}

void print_summary(const ScanCommand& command, const ScanSummary& summary, std::ostream& out,
                   std::ostream& err) {
  const bool lines_on_out = command.output.empty() && command.format == ScanCommand::Format::json;
  std::ostream& where = lines_on_out ? err : out;
  where << (command.format == ScanCommand::Format::json && !lines_on_out ? summary_json(summary)
                                                                         : summary_text(summary))
        << std::flush;
}

// Opened before anything is sent: a scan that can't be kept is not begun.
Result<std::unique_ptr<StoreFeed>> open_feed(const ScanCommand& command) {
  if (command.store.empty()) return nullptr;
  return StoreFeed::open({command.store, command.source, command.every_days}, command.output, command.state);
}

Result<void> scan_and_keep(const ScanCommand& command, Prepared& prepared, const TargetOrder& order,
                           ScanJournal& journal, StoreFeed* feed, ScanCounts& counts, Progress& progress) {
  if (feed != nullptr && journal.resumed()) {
    if (const auto caught_up = feed->catch_up(); !caught_up) return caught_up;
  }
  std::optional<StoredScan> stored;
  if (feed != nullptr) stored.emplace(journal, *feed);
  RecordSink& sink = stored ? static_cast<RecordSink&>(*stored) : journal;
  Scanner scanner(prepared.targets, order, prepared.context, prepared.settings, prepared.opt_out,
                  prepared.networks ? &*prepared.networks : nullptr, sink, counts);
  const InterruptGuard guard(progress, kStopping);
  const ScanProgress shown(counts, order.size(), journal.first_position() + journal.done_before(),
                           !command.no_progress && isatty(STDERR_FILENO) == 1);
  const auto scanned = scanner.run(progress.cancelled);
  const auto kept = feed != nullptr ? feed->finish() : Result<void>();
  return scanned ? kept : scanned;
}

int run_prepared(const ScanCommand& command, Prepared& prepared, std::ostream& out, std::ostream& err) {
  if (const auto allowed = allow_open_files(command.connections); !allowed)
    return give_up(allowed.error(), err);
  const auto feed = open_feed(command);
  if (!feed) return give_up(feed.error(), err);
  auto journal = open_journal(command, prepared);
  if (!journal) return give_up(journal.error(), err);
  if (command.reached_only) journal->leave_out_unreached();
  ScanCounts counts;
  if (journal->resumed()) count_earlier(command.output, counts);
  const TargetOrder order(prepared.targets, prepared.seed, prepared.shard);
  prepared.settings.first_position = journal->first_position();
  Progress progress;
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = scan_and_keep(command, prepared, order, *journal, feed->get(), counts, progress);
  ScanSummary summary = summary_of(counts);
  summary.targets = order.size();
  summary.left_out = prepared.targets.left_out();
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  summary.shard = command.shard;
  summary.output = command.output.string();
  if (*feed) {
    const StoreFeed::Told told = (*feed)->told();
    summary.stored = told.lines - told.left_out;
    summary.not_storable = told.left_out;
  }
  summary.interrupted = progress.cancelled || !outcome;
  print_summary(command, summary, out, err);
  if (!outcome) return give_up(outcome.error(), err);
  return progress.cancelled ? kInterrupted : kSuccess;
}

int run_contact_page(const ScanCommand& command, std::ostream& err) {
  const auto agent = user_agent(command.contact, false);
  if (!agent) return give_up(agent.error(), err);
  Progress progress;
  const InterruptGuard guard(progress, "\nafterpatch: stopping\n");
  const auto served =
      serve_contact_page(command.contact_page, command.contact, progress.cancelled, [&](std::uint16_t port) {
        err << fmt::format("afterpatch: the page is served on port {}\n", port) << std::flush;
      });
  return served ? kSuccess : give_up(served.error(), err);
}

}  // namespace

int run_scan(const ScanCommand& command, std::ostream& out, std::ostream& err) {
  if (!command.contact_page.empty()) return run_contact_page(command, err);
  Prepared prepared;
  if (const auto done = prepare(command, prepared); !done) return give_up(done.error(), err);
  tell_faults(prepared.reading, err);
  if (!command.dry_run) return run_prepared(command, prepared, out, err);
  const TargetOrder order(prepared.targets, prepared.seed, prepared.shard);
  out << dry_run_text(prepared.targets, order, prepared.shard, *prepared.context.plan, prepared.settings);
  return kSuccess;
}

}  // namespace afterpatch::app
