// Hands messages to the operator's own mail server, which does queues, retries and DKIM. Afterpatch never
// looks up anybody's MX. One connection is kept for many messages.
//
// What matters here is to know what became of a message, since nobody may be written to twice. A message is
// the server's from the moment it answers 250 to the end of DATA (RFC 5321, 4.2.5, 6.1), and can become so
// only after the last bytes of DATA went out. Right before them `before_last_byte` is called: what it commits
// to disk is known before the server can accept. If the connection is lost after that and before an answer,
// the result is `unknown`, and only the archive can tell (mailbox.h): its copy is a second recipient of the
// same transaction, so it exists exactly if the message was accepted.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace afterpatch::notify {

enum class Tls {
  starttls,  // on the plain port, and no message without it
  implicit,  // from the first byte ("smtps")
  none       // only for a server on this machine
};

struct SmtpSettings {
  std::string host;
  std::uint16_t port = 587;
  Tls tls = Tls::starttls;
  std::string ca_file;  // PEM; empty: the system's
  std::string user;     // empty: no login
  std::string password;
  std::string greeting_name;  // EHLO; empty: this machine's name
  std::string archive;        // address of the archive's mailbox; empty: none
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
  // For one answer: RFC 5321, 4.5.3.2.6, asks for ten minutes after the end of DATA.
  std::chrono::milliseconds answer_timeout = std::chrono::minutes(10);
  std::chrono::milliseconds message_timeout = std::chrono::minutes(15);  // for all of one message
};

enum class Handover {
  accepted,     // 250 after DATA: the server will deliver it or send a bounce
  refused,      // 5yz for this recipient or message: never try the same again
  deferred,     // 4yz for this recipient or message: not accepted, later perhaps
  unavailable,  // nothing to do with this recipient (no connection, login, sender or archive refused): not
                // accepted
  unknown       // the last byte may have gone out, and no answer came
};

struct HandoverResult {
  Handover handover = Handover::unavailable;
  int code = 0;        // of the reply that decided, 0 if there was none
  std::string status;  // RFC 3463, "5.1.1"; empty if the server gave none
  std::string reply;   // as the server said it, or what went wrong: hostile, at most 1 KiB
};

struct Envelope {
  std::string sender;     // NoticeMarks::return_path
  std::string recipient;  // one
};

// Not thread-safe: one per thread.
class SmtpClient {
 public:
  // Fails on incomplete or contradicting settings; connects only when there is something to send.
  static Result<SmtpClient> make(SmtpSettings settings);
  ~SmtpClient();
  SmtpClient(SmtpClient&&) noexcept;
  SmtpClient& operator=(SmtpClient&&) noexcept;

  // `message` has CRLF line ends. `before_last_byte` is called at most once; if it returns false, the message
  // is not completed and the result is `unavailable`. Addresses are checked (message/address.h).
  HandoverResult send(const Envelope& envelope, const std::string& message,
                      const std::function<bool()>& before_last_byte);

  std::uint64_t connections() const;  // opened so far

 private:
  struct State;
  explicit SmtpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::notify
