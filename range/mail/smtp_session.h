// What the country's mail server says to one client: SMTP (RFC 5321) as far as a sender needs it, without
// extensions but SIZE, 8BITMIME and ENHANCEDSTATUSCODES. Pure: lines in, replies out.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::range {

struct Envelope {
  std::string from;
  std::vector<std::string> to;  // accepted ones, lower case
  std::string message;          // as it came, dots unstuffed
};

inline constexpr std::size_t kMostMessageBytes = 4U << 20U;
inline constexpr std::size_t kMostRecipients = 100;

// Not thread-safe.
class SmtpSession {
 public:
  // Whether mail for the address is taken.
  using Accepts = std::function<bool(const std::string& address)>;
  // Keeps the message; false: it could not, and the client is told to try again.
  using Keep = std::function<bool(const Envelope&)>;

  SmtpSession(Accepts accepts, Keep keep) : accepts_(std::move(accepts)), keep_(std::move(keep)) {}

  std::string greeting() const { return "220 mail.range.example ESMTP\r\n"; }
  // One line without its end. The reply with its end; empty inside a message.
  std::string take(std::string_view line);
  bool has_quit() const { return quit_; }

 private:
  std::string take_command(std::string_view line);
  std::string take_recipient(std::string_view line);
  std::string take_message_line(std::string_view line);
  std::string end_message();

  Accepts accepts_;
  Keep keep_;
  Envelope envelope_;
  bool has_sender_ = false;
  bool in_message_ = false;
  bool too_large_ = false;
  bool quit_ = false;
};

}  // namespace afterpatch::range
