#include "range/mail/smtp_session.h"

#include <utility>

#include "base/text.h"

namespace afterpatch::range {
namespace {

// "MAIL FROM:<a@b> SIZE=7" gives "a@b".
std::string path_in(std::string_view line) {
  const auto open = line.find('<');
  const auto close = line.find('>', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return to_lower_ascii(line.substr(open + 1, close - open - 1));
}

}  // namespace

std::string SmtpSession::take(std::string_view line) {
  return in_message_ ? take_message_line(line) : take_command(line);
}

std::string SmtpSession::take_command(std::string_view line) {
  const std::string verb = to_lower_ascii(line.substr(0, 4));
  if (verb == "ehlo")
    return "250-mail.range.example\r\n250-SIZE 4194304\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n";
  if (verb == "helo") return "250 mail.range.example\r\n";
  if (verb == "mail") {
    envelope_ = {path_in(line), {}, {}};
    has_sender_ = true;
    return "250 2.1.0 Ok\r\n";
  }
  if (verb == "rcpt") return take_recipient(line);
  if (verb == "data") {
    if (envelope_.to.empty()) return "554 5.5.1 No valid recipients\r\n";
    in_message_ = true;
    return "354 End data with <CR><LF>.<CR><LF>\r\n";
  }
  if (verb == "rset") envelope_ = {};
  if (verb == "rset" || verb == "noop") return "250 2.0.0 Ok\r\n";
  quit_ = verb == "quit";
  return quit_ ? "221 2.0.0 Bye\r\n" : "500 5.5.2 Unknown command\r\n";
}

std::string SmtpSession::take_recipient(std::string_view line) {
  if (!has_sender_) return "503 5.5.1 Need MAIL first\r\n";
  if (envelope_.to.size() >= kMostRecipients) return "452 4.5.3 Too many recipients\r\n";
  const std::string address = path_in(line);
  if (!accepts_(address)) return "550 5.1.1 <" + address + ">: no such user here\r\n";
  envelope_.to.push_back(address);
  return "250 2.1.5 Ok\r\n";
}

std::string SmtpSession::take_message_line(std::string_view line) {
  if (line == ".") return end_message();
  if (line.starts_with('.')) line.remove_prefix(1);
  too_large_ = too_large_ || envelope_.message.size() + line.size() > kMostMessageBytes;
  if (!too_large_) envelope_.message.append(line).append("\r\n");
  return {};
}

std::string SmtpSession::end_message() {
  in_message_ = false;
  const bool refused = std::exchange(too_large_, false);
  const bool kept = !refused && keep_(envelope_);
  envelope_ = {};
  has_sender_ = false;
  if (refused) return "552 5.3.4 Message too big\r\n";
  return kept ? "250 2.0.0 Ok: kept\r\n" : "451 4.3.0 Try again later\r\n";
}

}  // namespace afterpatch::range
