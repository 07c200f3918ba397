// Sends approved notices by mail so that nobody gets one twice and none is lost, wherever the program, the
// network or the database stops.
//
// Before the last byte of a message goes out, "notice-sending" is committed; the mail server can accept only
// after that. So whatever is not marked so was surely not accepted. What is marked and has no answer is in
// doubt, and the archive settles it: a copy goes there as a second recipient of the same SMTP transaction, so
// it exists exactly if the message was accepted. There: it is sent. Not there after the grace time: it was
// not accepted, and is sent again. The grace time must be longer than the mail server waits for the rest of a
// message (Postfix: smtpd_timeout, 300 s) and than a copy takes to the archive.
//
// A store that was restored from a copy, or made anew with an old secret, would not know what was sent. So
// before the first message of a run the archive must not hold it already.
//
// One sender at a time works on a store: a lease, taken anew in every transaction, which also stops one that
// was thought dead and wakes up.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/error.h"
#include "store/store.h"

namespace afterpatch::notify {

struct OutgoingMessage {
  std::string return_path;
  std::string recipient;
  std::string message_id;  // the same whenever the message of this notice is made
  std::string bytes;
};

enum class Outcome {
  accepted,     // the server's now
  refused,      // never try the same again
  deferred,     // not accepted; later perhaps
  unavailable,  // not accepted, and nothing to do with this message: no connection, no login
  unknown       // the last byte may have gone out, and no answer came
};

struct Handed {
  Outcome outcome = Outcome::unavailable;
  std::string reply;  // of the server: hostile
};

// A mail server. `before_last_byte` is called at most once, before the server can accept; if it returns
// false, the message is not completed.
class MessageTransport {
 public:
  virtual ~MessageTransport() = default;
  virtual Handed hand_over(const OutgoingMessage& message, const std::function<bool()>& before_last_byte) = 0;
};

// The mailbox that gets a copy of each message.
class SentArchive {
 public:
  virtual ~SentArchive() = default;
  virtual Result<bool> holds(const std::string& message_id) = 0;
};

struct OutboxSettings {
  std::string holder;  // of the lease: unlike any other process's
  std::chrono::seconds lease{60};
  std::chrono::milliseconds grace = std::chrono::minutes(10);
  std::chrono::milliseconds between_messages{200};  // 5 a second
  std::chrono::milliseconds between_same_domain{2000};
  std::chrono::seconds retry_after{900};  // doubles with each try, to a day at most
  std::int64_t most_attempts = 10;
};

struct OutboxCounts {
  std::uint64_t sent = 0;     // accepted by the server
  std::uint64_t found = 0;    // of them: found in the archive
  std::uint64_t refused = 0;  // or given up
  std::uint64_t deferred = 0;
  std::uint64_t again = 0;     // surely not accepted, after doubt
  std::uint64_t in_doubt = 0;  // still
  std::uint64_t not_made = 0;  // no message could be made
  std::string last_problem;
};

// The world that an outbox works in. All must outlive it.
struct OutboxWorld {
  store::Store& store;
  MessageTransport& transport;
  SentArchive& archive;
  std::function<Result<OutgoingMessage>(const store::NoticeRow&)> compose;
  std::function<Timestamp()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<bool()> stop;                       // asked between messages
  std::function<void(const OutboxCounts&)> report;  // called after each message; may be empty
};

// Not thread-safe.
class Outbox {
 public:
  Outbox(OutboxWorld world, OutboxSettings settings);

  // Sends what is approved and due, and settles what is in doubt, until neither is left. Fails if another
  // sender is at work, or if the mail server, the archive or the store is gone: what happened until then is
  // kept, and the next run goes on there.
  Result<void> run();
  const OutboxCounts& counts() const { return counts_; }

 private:
  // What became of "notice-sending".
  struct Marking {
    bool committed = false;
    bool overtaken = false;  // cancelled, or sent by somebody else, meanwhile
    Result<void> kept;
  };

  Result<void> hold_lease();
  Result<bool> settle_doubts();  // whether any is left
  Result<void> settle(const store::NoticeRow& notice);
  Result<bool> send_due();  // whether any was
  Result<void> send_one(const store::NoticeRow& notice);
  Result<void> check_archive(const store::NoticeRow& notice, const OutgoingMessage& message);
  void mark_sending(const store::NoticeRow& notice, const OutgoingMessage& message, Marking& marking);
  Result<void> keep_outcome(const store::NoticeRow& notice, const Handed& handed, bool was_sending);
  Result<void> say(const store::NoticeRow& notice, const std::string& kind, std::int64_t attempt,
                   const std::string& reply, std::optional<Timestamp> not_before = {});
  std::chrono::seconds retry_delay(std::int64_t attempts) const;
  void wait_for_turn(const std::string& recipient);

  OutboxWorld world_;
  OutboxSettings settings_;
  OutboxCounts counts_;
  std::set<std::string> skipped_;  // no message could be made: not tried again in this run
  bool checked_archive_ = false;
  Timestamp next_any_{};
  std::map<std::string, Timestamp> next_of_domain_;
};

}  // namespace afterpatch::notify
