#include "notify/outbox.h"

#include <boost/json.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "notify/case_book.h"
#include "notify/fields.h"

namespace afterpatch::notify {
namespace {

using store::NoticeRow;
using store::Statement;

constexpr std::uint64_t kPortion = 200;  // notices looked at together
constexpr std::size_t kMostReplyBytes = 1024;
constexpr const char* kLease = "notify-sender";
constexpr std::chrono::hours kLongestRetry{24};

bool goes_by_mail(const NoticeRow& notice) {
  return notice.channel == "email" || notice.channel == "provider";
}

std::string domain_of(const std::string& recipient) {
  return to_lower_ascii(recipient.substr(std::min(recipient.size(), recipient.rfind('@') + 1)));
}

Statement about(const NoticeRow& notice, const std::string& kind, Timestamp now,
                const boost::json::object& content) {
  // The key lets nobody say the same of one try twice.
  const std::string key = fmt::format("{}:{}:{}", kind, notice.id, number_of(content, "attempt"));
  return {now, now, "smtp", kind, "notice", notice.id, key, boost::json::serialize(content)};
}

}  // namespace

Outbox::Outbox(OutboxWorld world, OutboxSettings settings)
    : world_(std::move(world)), settings_(std::move(settings)) {}

Result<void> Outbox::run() {
  if (auto held = hold_lease(); !held) return held;
  for (;;) {
    const auto doubts = settle_doubts();
    if (!doubts) return std::unexpected(doubts.error());
    const auto sent = send_due();
    if (!sent) return std::unexpected(sent.error());
    if (world_.stop && world_.stop()) break;
    if (*sent) continue;
    if (!*doubts && counts_.in_doubt == 0) break;
    world_.sleep(std::max(settings_.grace / 10, std::chrono::milliseconds(10)));
  }
  return world_.store.cases().give_back_lease(kLease, settings_.holder);
}

// Fails if another sender has it.
Result<void> Outbox::hold_lease() {
  const Timestamp now = world_.now();
  const auto taken = world_.store.cases().take_lease(kLease, settings_.holder, now, now + settings_.lease);
  if (!taken) return std::unexpected(taken.error());
  if (!*taken) return fail("another sender is at work on this store", {}, "wait until it has ended");
  return {};
}

Result<bool> Outbox::settle_doubts() {
  counts_.in_doubt = 0;
  for (const char* state : {"sending", "in-doubt"}) {
    const auto doubtful = world_.store.cases().due(state, Timestamp::max(), kPortion);
    if (!doubtful) return std::unexpected(doubtful.error());
    for (const NoticeRow& notice : *doubtful) {
      if (auto settled = settle(notice); !settled) return std::unexpected(settled.error());
    }
  }
  return counts_.in_doubt > 0;
}

Result<void> Outbox::settle(const NoticeRow& notice) {
  // The time is read first: a copy that comes after the look was not looked for too early.
  const Timestamp now = world_.now();
  const auto there = world_.archive.holds(notice.message_id);
  if (!there) return std::unexpected(there.error());
  if (*there) {
    ++counts_.sent;
    ++counts_.found;
    return say(notice, "notice-sent", notice.attempts, "a copy is in the archive");
  }
  if (now - notice.sending.value_or(now) < settings_.grace) {
    ++counts_.in_doubt;
    return {};
  }
  if (notice.attempts >= settings_.most_attempts) {
    ++counts_.refused;
    return say(notice, "notice-failed", notice.attempts, "given up: no copy in the archive after many tries");
  }
  ++counts_.again;
  return say(notice, "notice-deferred", notice.attempts, "no copy in the archive: it was not accepted", now);
}

Result<bool> Outbox::send_due() {
  const auto due = world_.store.cases().due("approved", world_.now(), kPortion);
  if (!due) return std::unexpected(due.error());
  bool any = false;
  for (const NoticeRow& notice : *due) {
    if (!goes_by_mail(notice) || skipped_.contains(notice.id)) continue;
    if (world_.stop && world_.stop()) return any;
    any = true;
    if (auto sent = send_one(notice); !sent) return std::unexpected(sent.error());
    if (world_.report) world_.report(counts_);
  }
  return any;
}

Result<void> Outbox::send_one(const NoticeRow& notice) {
  const auto message = world_.compose(notice);
  if (!message) {
    ++counts_.not_made;
    counts_.last_problem = fmt::format("{}: {}", notice.id, to_string(message.error()));
    skipped_.insert(notice.id);
    return {};
  }
  if (auto fresh = check_archive(notice, *message); !fresh) return fresh;
  wait_for_turn(notice.recipient);
  Marking marking;
  const Handed handed = world_.transport.hand_over(*message, [&] {
    mark_sending(notice, *message, marking);
    return marking.committed;
  });
  if (marking.overtaken) return {};
  if (!marking.kept) return marking.kept;
  return keep_outcome(notice, handed, marking.committed);
}

// Once a run: looking into the archive for every message would cost more than sending it.
Result<void> Outbox::check_archive(const NoticeRow& notice, const OutgoingMessage& message) {
  if (checked_archive_ || notice.attempts > 0) return {};
  checked_archive_ = true;
  const auto there = world_.archive.holds(message.message_id);
  if (!there) return std::unexpected(there.error());
  if (!*there) return {};
  return fail(
      fmt::format("the archive holds {} already, and this store does not know that it was sent", notice.id),
      {},
      "was the store restored from a copy, or made anew with an old secret_file? Give a new store a new one");
}

// The row is read anew under the lease: it may have been cancelled since it was listed.
void Outbox::mark_sending(const NoticeRow& notice, const OutgoingMessage& message, Marking& marking) {
  boost::json::object content = {{"message_id", message.message_id}, {"attempt", notice.attempts + 1}};
  const Statement sending = about(notice, "notice-sending", world_.now(), content);
  marking.kept = record(world_.store, {sending}, [&]() -> Result<void> {
    if (auto held = hold_lease(); !held) return held;
    const auto row = world_.store.cases().notice(notice.id);
    if (!row) return std::unexpected(row.error());
    marking.overtaken = !*row || (*row)->state != "approved" || (*row)->attempts != notice.attempts;
    if (marking.overtaken) return fail(fmt::format("notice {} was changed meanwhile", notice.id));
    return {};
  });
  marking.committed = marking.kept.has_value();
}

Result<void> Outbox::keep_outcome(const NoticeRow& notice, const Handed& handed, bool was_sending) {
  const std::int64_t attempt = notice.attempts + 1;
  const Timestamp now = world_.now();
  switch (handed.outcome) {
    case Outcome::accepted:
      ++counts_.sent;
      return say(notice, "notice-sent", attempt, handed.reply);
    case Outcome::unknown:
      ++counts_.in_doubt;
      return say(notice, "notice-in-doubt", attempt, handed.reply);
    case Outcome::refused:
      ++counts_.refused;
      return say(notice, "notice-failed", attempt, handed.reply);
    case Outcome::deferred:
      if (attempt >= settings_.most_attempts) {
        ++counts_.refused;
        return say(notice, "notice-failed", attempt, "given up: " + handed.reply);
      }
      ++counts_.deferred;
      return say(notice, "notice-deferred", attempt, handed.reply, now + retry_delay(attempt));
    case Outcome::unavailable:
      break;
  }
  if (was_sending) {
    if (auto said = say(notice, "notice-deferred", attempt, handed.reply, now); !said) return said;
  }
  return fail("the mail server takes nothing: " + handed.reply, {},
              "is it running, are address and login right?");
}

Result<void> Outbox::say(const NoticeRow& notice, const std::string& kind, std::int64_t attempt,
                         const std::string& reply, std::optional<Timestamp> not_before) {
  boost::json::object content = {{"attempt", attempt}, {"reply", to_utf8(reply.substr(0, kMostReplyBytes))}};
  if (not_before) content["not_before"] = exact_time(*not_before);
  return record(world_.store, {about(notice, kind, world_.now(), content)}, [&] { return hold_lease(); });
}

std::chrono::seconds Outbox::retry_delay(std::int64_t attempts) const {
  const auto doublings = std::min<std::int64_t>(attempts - 1, 16);
  return std::min<std::chrono::seconds>(settings_.retry_after * (std::int64_t{1} << doublings),
                                        kLongestRetry);
}

void Outbox::wait_for_turn(const std::string& recipient) {
  Timestamp& next_of_domain = next_of_domain_[domain_of(recipient)];
  const Timestamp now = world_.now();
  const Timestamp turn = std::max({now, next_any_, next_of_domain});
  if (turn > now) world_.sleep(std::chrono::ceil<std::chrono::milliseconds>(turn - now));
  next_any_ = turn + settings_.between_messages;
  next_of_domain = turn + settings_.between_same_domain;
}

}  // namespace afterpatch::notify
