// Reads mail that strangers wrote: RFC 5322 headers, MIME parts, their encodings. Any bytes are a message;
// what is too deep, too many or too long is left out and said so. Costs at most kMaxDepth passes over
// kMaxMessageBytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::notify {

inline constexpr std::size_t kMaxMessageBytes = 4U << 20U;
inline constexpr std::size_t kMaxMimeDepth = 8;
inline constexpr std::size_t kMaxMimeParts = 64;
inline constexpr std::size_t kMaxHeaders = 500;
inline constexpr std::size_t kMaxHeaderBytes = 16U << 10U;  // of one value

struct MailHeader {
  std::string name;   // lower case
  std::string value;  // unfolded, trimmed, else as it came
};

struct MimePart {
  std::vector<MailHeader> headers;
  std::string type = "text/plain";  // lower case
  std::string body;                 // as it came; empty for multipart
  std::vector<MimePart> parts;      // of a multipart, and the one message in a message/rfc822

  // The first header of that name (lower case); empty if there is none.
  std::string_view header(std::string_view name) const;
  // A parameter of Content-Type, such as "boundary" (lower case); empty if there is none.
  std::string parameter(std::string_view name) const;
  // The body without its transfer encoding, as well-formed UTF-8.
  std::string text() const;
};

struct ReadMail {
  MimePart message;
  bool incomplete = false;  // a limit was reached
};

// Thread-safe.
ReadMail read_mail(std::string_view bytes);

// Only headers, up to the first empty line.
std::vector<MailHeader> read_headers(std::string_view bytes);

// Encoded words (RFC 2047) as UTF-8, on one line.
std::string decoded_header(std::string_view value);

}  // namespace afterpatch::notify
