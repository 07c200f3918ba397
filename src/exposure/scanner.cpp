#include "exposure/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "exposure/dispatcher.h"
#include "exposure/name_lookup.h"
#include "exposure/tls_socket.h"
#include "exposure/visitor.h"

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kLookForStop = std::chrono::milliseconds(100);
constexpr auto kAfterLocalError = std::chrono::seconds(1);
constexpr int kLocalTries = 5;
constexpr std::uint64_t kSkippedAtOnce = 65536;
// A thread this late with its own timers has more open than it can serve: no new host is begun until it has
// caught up.
constexpr auto kLate = std::chrono::milliseconds(300);
// So late that time ran out for hosts through no fault of theirs.
constexpr auto kTooLate = std::chrono::seconds(1);
constexpr auto kFarAway = std::chrono::hours(24 * 365);

Timestamp now_utc() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

VisitSettings visit_settings(const ScanSettings& settings, const knowledge::ProbePlan& plan) {
  return {settings.port, settings.connect_timeout, settings.answer_timeout, plan.body_bytes,
          settings.user_agent};
}

}  // namespace

ScanCounts::Tables ScanCounts::tables() const {
  const std::lock_guard lock(mutex_);
  return tables_;
}

void ScanCounts::add(const HostRecord& record) {
  ++hosts;
  if (record.reached) ++reached;
  const std::lock_guard lock(mutex_);
  const bool own =
      record.product == ProductKind::exchange_self_hosted || record.product == ProductKind::exchange_hybrid;
  if (record.reached) ++tables_.products[std::string(to_string(record.product))];
  if (own) ++tables_.exposures[std::string(to_string(record.exposure))];
  for (const ProbeError& error : record.errors) ++tables_.errors[error.kind];
}

// One run: everything that lives as long as its io_context.
class Scanner::Run {
 public:
  Run(Scanner& scanner, const TlsContext& tls, const std::atomic<bool>& stop)
      : scan_(scanner),
        stop_(stop),
        politeness_(scanner.settings_.limits, scanner.networks_),
        dispatcher_(context_, politeness_, scanner.opt_out_),
        visitor_(context_, tls, dispatcher_, visit_settings(scanner.settings_, *scanner.context_.plan)),
        slot_free_(context_, kFarAway),
        watch_(context_) {}

  Result<void> run();

 private:
  asio::awaitable<void> feed();
  asio::awaitable<void> watch();
  asio::awaitable<void> probe_target(std::uint64_t position, Target target);
  asio::awaitable<bool> probe_name(std::string name, std::set<Address>& seen,
                                   std::vector<HostRecord>& records);
  asio::awaitable<bool> probe_domain(std::string domain, std::vector<HostRecord>& records);
  asio::awaitable<bool> probe_address(Address address, std::string name, std::vector<HostRecord>& records);
  asio::awaitable<Visit> visit(const Address& address, const Request& request, std::size_t bytes, Turn& turn);
  bool asked_to_be_left_out(const Address& address, const std::vector<std::string>& names);
  void finish_record(HostPlan& plan, HostRecord& record) const;
  void finish_target(std::uint64_t position, const std::vector<HostRecord>& records);
  void note_progress();
  void note_lateness(Clock::duration late);
  bool look_for_room();
  void fail_with(const Error& error);
  void end();

  Scanner& scan_;
  const std::atomic<bool>& stop_;
  asio::io_context context_{1};
  Politeness politeness_;
  Dispatcher dispatcher_;
  Visitor visitor_;
  std::unique_ptr<NameLookup> lookup_;
  asio::steady_timer slot_free_;
  asio::steady_timer watch_;
  std::set<std::uint64_t> open_;  // positions of targets that are being probed
  std::uint64_t next_ = 0;        // the feeder's position
  bool fed_ = false;
  bool late_ = false;
  bool has_room_ = true;  // in the sink
  std::uint64_t times_too_late_ = 0;
  bool stopping_ = false;
  Result<void> outcome_;
};

Scanner::Scanner(const TargetSet& targets, const TargetOrder& order, const ProbeContext& context,
                 ScanSettings settings, OptOutFile& opt_out, const NetworkTable* networks, RecordSink& sink,
                 ScanCounts& counts)
    : targets_(targets),
      order_(order),
      context_(context),
      settings_(std::move(settings)),
      opt_out_(opt_out),
      networks_(networks),
      sink_(sink),
      counts_(counts) {}

Result<void> Scanner::run(const std::atomic<bool>& stop) {
  const auto tls = TlsContext::make();
  if (!tls) return std::unexpected(tls.error());
  Run run(*this, *tls, stop);
  return run.run();
}

Result<void> Scanner::Run::run() {
  if (scan_.targets_.has_names() || scan_.settings_.reverse_names) {
    auto lookup =
        NameLookup::make(context_, scan_.settings_.resolver, Rate{scan_.settings_.lookups_per_second});
    if (!lookup) return std::unexpected(lookup.error());
    lookup_ = std::move(*lookup);
  }
  asio::co_spawn(context_, feed(), asio::detached);
  asio::co_spawn(context_, dispatcher_.run(), asio::detached);
  asio::co_spawn(context_, watch(), asio::detached);
  context_.run();
  return outcome_;
}

// Ctrl-C: nobody is sent to any more. Hosts that are being probed are left unfinished, so the next run probes
// them again from the start.
asio::awaitable<void> Scanner::Run::watch() {
  while (!stopping_ && !(fed_ && open_.empty())) {
    if (stop_) co_return end();
    watch_.expires_after(kLookForStop);
    const TimePoint planned = watch_.expiry();
    co_await watch_.async_wait(kTuple);
    note_lateness(Clock::now() - planned);
    if (!look_for_room()) co_return;
  }
  dispatcher_.stop();
  lookup_.reset();
}

void Scanner::Run::note_lateness(Clock::duration late) {
  late_ = late > kLate;
  if (late > kTooLate) ++times_too_late_;
  if (!late_) slot_free_.cancel();
}

// False when the sink has failed and all is over.
bool Scanner::Run::look_for_room() {
  const auto room = scan_.sink_.has_room();
  if (!room) {
    fail_with(room.error());
    return false;
  }
  has_room_ = *room;
  if (has_room_) slot_free_.cancel();
  return true;
}

void Scanner::Run::end() {
  stopping_ = true;
  dispatcher_.stop();
  context_.stop();  // what is under way ends with it
}

asio::awaitable<void> Scanner::Run::feed() {
  std::uint64_t skipped = 0;
  for (next_ = scan_.settings_.first_position; next_ < scan_.order_.size() && !stopping_;) {
    while ((late_ || !has_room_ || open_.size() >= scan_.settings_.connections) && !stopping_) {
      slot_free_.expires_after(kFarAway);
      co_await slot_free_.async_wait(kTuple);
    }
    if (stopping_) break;
    const std::uint64_t position = next_++;
    Target target = scan_.order_.at(position);
    const bool ours = scan_.order_.is_ours(target) && !scan_.sink_.is_done(position);
    if (ours) {
      open_.insert(position);
      asio::co_spawn(context_, probe_target(position, std::move(target)), asio::detached);
    } else if (++skipped % kSkippedAtOnce == 0) {
      note_progress();
      co_await asio::post(context_, asio::use_awaitable);
    }
  }
  fed_ = true;
  note_progress();
}

void Scanner::Run::note_progress() {
  const std::uint64_t below = open_.empty() ? next_ : *open_.begin();
  scan_.sink_.all_done_below(below);
  scan_.counts_.position = below;
  scan_.counts_.in_flight = open_.size();
}

asio::awaitable<void> Scanner::Run::probe_target(std::uint64_t position, Target target) {
  std::vector<HostRecord> records;
  bool whole = true;
  if (target.address) {
    whole = co_await probe_address(*target.address, target.name, records);
  } else if (scan_.settings_.domains) {
    whole = co_await probe_domain(target.name, records);
  } else {
    std::set<Address> seen;
    whole = co_await probe_name(target.name, seen, records);
  }
  if (whole && !stopping_) finish_target(position, records);
  if (!stopping_) open_.erase(position);
  slot_free_.cancel();
  note_progress();
}

void Scanner::Run::finish_target(std::uint64_t position, const std::vector<HostRecord>& records) {
  for (const HostRecord& record : records) scan_.counts_.add(record);
  const auto kept = scan_.sink_.done(position, records);
  if (!kept) fail_with(kept.error());
}

void Scanner::Run::fail_with(const Error& error) {
  if (outcome_) outcome_ = std::unexpected(error);
  end();
}

// The names under which mail servers of a domain are usually found, and those that its MX records give.
asio::awaitable<bool> Scanner::Run::probe_domain(std::string domain, std::vector<HostRecord>& records) {
  std::set<std::string> names;
  for (const std::string& label : scan_.context_.plan->names_first)
    names.insert(fmt::format("{}.{}", label, domain));
  const std::vector<std::string> exchangers = co_await lookup_->mail_exchangers(domain);
  for (const std::string& exchanger : exchangers) {
    if (exchanger.ends_with("." + domain)) names.insert(exchanger);  // others are a provider's
  }
  std::set<Address> seen;
  for (const std::string& name : names) {
    if (!co_await probe_name(name, seen, records)) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Scanner::Run::probe_name(std::string name, std::set<Address>& seen,
                                               std::vector<HostRecord>& records) {
  const std::vector<Address> addresses = co_await lookup_->addresses(name);
  if (stopping_) co_return false;
  if (addresses.empty()) ++scan_.counts_.nameless;
  for (const Address& address : addresses) {
    if (!seen.insert(address).second) continue;
    if (!scan_.targets_.may_send_to(address)) {
      ++scan_.counts_.refused;
      continue;
    }
    if (!co_await probe_address(address, name, records)) co_return false;
  }
  co_return true;
}

// False when it was stopped before its end.
asio::awaitable<bool> Scanner::Run::probe_address(Address address, std::string name,
                                                  std::vector<HostRecord>& records) {
  HostPlan plan(scan_.context_, address, std::move(name));
  HostRecord record;
  record.address = address;
  record.port = scan_.settings_.port;
  while (const auto request = plan.next()) {
    Turn turn = Turn::stopped;
    const Visit came = co_await visit(address, *request, plan.bytes_left(), turn);
    if (turn == Turn::opted_out) ++scan_.counts_.opted_out;
    if (turn != Turn::sent) co_return turn == Turn::opted_out;
    if (record.time == Timestamp{}) record.time = now_utc();
    plan.take(*request, came);
    if (came.tls && asked_to_be_left_out(address, came.tls->names)) {
      ++scan_.counts_.opted_out;
      co_return true;
    }
  }
  finish_record(plan, record);
  if (record.reached && scan_.settings_.reverse_names && !stopping_)
    record.reverse_name = co_await lookup_->reverse_name(address);
  if (stopping_) co_return false;
  records.push_back(std::move(record));
  co_return true;
}

// Whoever opted out by name may be found by address: from the certificate on it is known.
bool Scanner::Run::asked_to_be_left_out(const Address& address, const std::vector<std::string>& names) {
  const TimePoint now = Clock::now();
  return std::ranges::any_of(names, [&](const std::string& name) {
    const std::string_view bare = name;
    return scan_.opt_out_.holds(address, bare.starts_with("*.") ? bare.substr(2) : bare, now);
  });
}

// What this machine can't do for the moment says nothing about the host: it is asked again.
asio::awaitable<Visit> Scanner::Run::visit(const Address& address, const Request& request, std::size_t bytes,
                                           Turn& turn) {
  Visit came;
  for (int i = 0; i < kLocalTries; ++i) {
    const std::uint64_t late_before = times_too_late_;
    came = co_await visitor_.visit(address, request, bytes, turn);
    ++scan_.counts_.requests;
    if (turn != Turn::sent || !came.error) break;
    const bool our_delay = came.error->kind == "timeout" && times_too_late_ != late_before;
    if (came.error->kind != "local" && !our_delay) break;
    asio::steady_timer pause(context_, kAfterLocalError);
    co_await pause.async_wait(kTuple);
  }
  co_return came;
}

void Scanner::Run::finish_record(HostPlan& plan, HostRecord& record) const {
  plan.finish(record);
  const NetworkTable::Entry* entry =
      scan_.networks_ != nullptr ? scan_.networks_->find(record.address) : nullptr;
  if (entry == nullptr) return;
  record.country = entry->country;
  record.network = entry->network;
}

}  // namespace afterpatch::exposure
