#include "app/notify_send.h"

#include <unistd.h>

#include <boost/json.hpp>

#include <array>

#include <limits>
#include <ostream>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "app/give_up.h"
#include "app/interrupt.h"
#include "app/notice_desk.h"
#include "notify/mail_world.h"
#include "notify/outbox.h"
#include "notify/returns.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using notify::OutboxCounts;

constexpr std::string_view kStopping =
    "\nafterpatch: stopping after this message. Press Ctrl-C again to end at once: nothing is lost by "
    "that.\n";

// Unlike any other process's, now or later, on any machine.
std::string lease_holder() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::random_device random;
  return fmt::format("{}:{}:{:08x}{:08x}", host.data(), getpid(), random(), random());
}

Result<std::unique_ptr<notify::Mailbox>> open_mailbox(const MailboxPlace& place,
                                                      const std::filesystem::path& remembered) {
  if (place.imap) return notify::open_imap(*place.imap, remembered);
  return notify::open_maildir(place.maildir, remembered);
}

void show_counts(const OutboxCounts& counts, bool as_json, std::ostream& out) {
  if (as_json) {
    out << json::serialize(json::object{{"sent", counts.sent},
                                        {"found_in_archive", counts.found},
                                        {"refused", counts.refused},
                                        {"deferred", counts.deferred},
                                        {"sent_again", counts.again},
                                        {"in_doubt", counts.in_doubt},
                                        {"not_made", counts.not_made},
                                        {"problem", counts.last_problem}})
        << '\n';
    return;
  }
  out << fmt::format("{} sent, {} refused, {} to be tried later, {} in doubt, {} could not be written.\n",
                     counts.sent, counts.refused, counts.deferred, counts.in_doubt, counts.not_made);
  if (counts.found > 0)
    out << fmt::format("{} of the sent were in doubt until their copies were found in the archive.\n",
                       counts.found);
  if (!counts.last_problem.empty()) out << escape_terminal(counts.last_problem) << '\n';
}

// All that sending needs, opened in order.
struct Sender {
  std::unique_ptr<NoticeDesk> desk;
  std::optional<notify::SmtpClient> smtp;
  std::unique_ptr<notify::Mailbox> archive;
};

Result<void> open_sender(const NotifyJob& job, Sender& sender) {
  auto desk = open_desk(job);
  if (!desk) return std::unexpected(desk.error());
  sender.desk = std::move(*desk);
  const NotifyConfig& config = sender.desk->config;
  auto smtp = notify::SmtpClient::make(config.smtp);
  if (!smtp) return std::unexpected(smtp.error());
  sender.smtp.emplace(std::move(*smtp));
  auto archive = open_mailbox(config.archive, config.remembered / "notify-archive.seen");
  if (!archive) return std::unexpected(archive.error());
  sender.archive = std::move(*archive);
  return {};
}

// Sleeps in short pieces, so that Ctrl-C is heard.
void nap(std::chrono::milliseconds time, const Progress& progress) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!progress.cancelled && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(end - std::chrono::steady_clock::now(),
                                                                   std::chrono::milliseconds(100)));
}

Result<std::uint64_t> approved_count(store::Store& store) {
  const auto due = store.cases().due("approved", now_utc(), std::numeric_limits<std::uint32_t>::max());
  if (!due) return std::unexpected(due.error());
  return due->size();
}

std::string progress_text(const OutboxCounts& counts, std::uint64_t approved) {
  return fmt::format("\r{} of {} sent, {} refused or put off ", counts.sent, approved,
                     counts.refused + counts.deferred);
}

Result<OutboxCounts> send_all(Sender& sender, const NotifyJob& job, std::ostream& err) {
  notify::SmtpTransport transport(*sender.smtp);
  notify::MailboxArchive archive(*sender.archive);
  const auto approved = approved_count(*sender.desk->store);
  if (!approved) return std::unexpected(approved.error());
  Progress progress;
  const InterruptGuard guard(progress, kStopping);
  const bool shows = !job.no_progress && isatty(STDERR_FILENO) != 0;
  notify::OutboxSettings settings = sender.desk->config.outbox;
  settings.holder = lease_holder();
  notify::OutboxWorld world{
      *sender.desk->store,
      transport,
      archive,
      [&](const store::NoticeRow& notice) { return sender.desk->composer->outgoing(notice); },
      now_utc,
      [&](std::chrono::milliseconds time) { nap(time, progress); },
      [&] { return progress.cancelled.load(); },
      [&](const OutboxCounts& counts) {
        if (shows) err << progress_text(counts, *approved) << std::flush;
      }};
  notify::Outbox outbox(std::move(world), std::move(settings));
  const auto done = outbox.run();
  if (shows) err << '\n';
  if (!done) return std::unexpected(done.error());
  return outbox.counts();
}

void show_returns(const notify::ReturnCounts& counts, bool as_json, std::ostream& out) {
  if (as_json) {
    out << json::serialize(json::object{{"read", counts.read},
                                        {"bounced", counts.bounced},
                                        {"delivered", counts.delivered},
                                        {"auto_replies", counts.auto_replies},
                                        {"desk_answers", counts.desk_answers},
                                        {"persons", counts.persons},
                                        {"delays", counts.delays},
                                        {"unproven", counts.unproven},
                                        {"foreign", counts.foreign}})
        << '\n';
    return;
  }
  out << fmt::format(
      "{} new mails: {} bounced, {} delivered, {} automatic answers, {} of abuse desks, {} of people.\n",
      counts.read, counts.bounced, counts.delivered, counts.auto_replies, counts.desk_answers,
      counts.persons);
  if (counts.unproven > 0)
    out << fmt::format(
        "{} name a case without proof of having had the notice: read them yourself; no state changed.\n",
        counts.unproven);
  if (counts.bounced > 0) out << "Next contacts for what bounced: afterpatch notify plan\n";
}

}  // namespace

int run_notify_send(const NotifyJob& job, std::ostream& out, std::ostream& err) {
  Sender sender;
  if (auto opened = open_sender(job, sender); !opened) return give_up(opened.error(), err);
  const auto counts = send_all(sender, job, err);
  if (!counts) return give_up(counts.error(), err);
  show_counts(*counts, job.json, out);
  return kSuccess;
}

int run_notify_returns(const NotifyJob& job, std::ostream& out, std::ostream& err) {
  const auto config = load_notify_config(job.config);
  if (!config) return give_up(config.error(), err);
  auto store = open_store(job.store);
  if (!store) return give_up(store.error(), err);
  const auto mailbox = open_mailbox(config->returns, config->remembered / "notify-returns.seen");
  if (!mailbox) return give_up(mailbox.error(), err);
  const auto marks = notify::NoticeMarks::make(config->returns_address, config->secret);
  if (!marks) return give_up(marks.error(), err);
  const auto counts = notify::take_returns(**store, **mailbox, *marks,
                                           {config->smtp.archive, config->case_prefix}, now_utc());
  if (!counts) return give_up(counts.error(), err);
  show_returns(*counts, job.json, out);
  return kSuccess;
}

}  // namespace afterpatch::app
