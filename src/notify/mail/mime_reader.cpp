#include "notify/mail/mime_reader.h"

#include <gmime/gmime.h>

#include <algorithm>

#include "base/digits.h"
#include "base/text.h"
#include "notify/message/gmime_start.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxDecodedHeader = 2048;

// The line at `at`, without its end; moves `at` behind it.
std::string_view next_line(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool folded(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

void append_bounded(std::string& value, std::string_view more) {
  value.append(more.substr(0, kMaxHeaderBytes - std::min(kMaxHeaderBytes, value.size())));
}

void unfold(std::string& value, std::string_view more) {
  if (!value.empty()) append_bounded(value, " ");
  append_bounded(value, more);
}

// Returns where the body begins.
std::size_t headers_into(std::string_view bytes, std::vector<MailHeader>& headers) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view line = next_line(bytes, at);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (folded(line)) {
      if (!headers.empty()) unfold(headers.back().value, trim(line));
    } else if (colon != std::string_view::npos && headers.size() < kMaxHeaders) {
      headers.push_back({to_lower_ascii(trim(line.substr(0, colon))), {}});
      append_bounded(headers.back().value, trim(line.substr(colon + 1)));
    }
  }
  return at;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) continue;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU));
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(text[i]);
    } else if (i + 2 < text.size() && is_hex_digit(text[i + 1]) && is_hex_digit(text[i + 2])) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      if (trim(text.substr(i + 1, end - i - 1)).empty()) i = end;  // a soft line break
    }
  }
  return out;
}

class Reader {
 public:
  MimePart part(std::string_view bytes, std::size_t depth) {
    ++parts_;
    MimePart part;
    const std::size_t body = headers_into(bytes, part.headers);
    const std::string_view type = part.header("content-type");
    if (!type.empty()) part.type = to_lower_ascii(trim(type.substr(0, type.find(';'))));
    content(part, bytes.substr(body), depth);
    return part;
  }
  bool incomplete = false;

 private:
  bool may_go_on(std::size_t depth) {
    const bool may = depth + 1 < kMaxMimeDepth && parts_ < kMaxMimeParts;
    incomplete = incomplete || !may;
    return may;
  }

  void content(MimePart& part, std::string_view body, std::size_t depth) {
    const std::string boundary =
        part.type.starts_with("multipart/") ? part.parameter("boundary") : std::string();
    if (!boundary.empty() && may_go_on(depth)) {
      multipart(part, body, "--" + boundary, depth);
    } else {
      part.body = body;
      const bool message = part.type == "message/rfc822" || part.type == "text/rfc822-headers" ||
                           part.type == "message/rfc822-headers" || part.type == "message/global";
      if (message && may_go_on(depth)) part.parts.push_back(this->part(body, depth + 1));
    }
  }

  void multipart(MimePart& part, std::string_view body, std::string_view boundary, std::size_t depth) {
    std::size_t at = 0;
    std::size_t begin = std::string_view::npos;  // of the part that is open
    while (at < body.size()) {
      const std::size_t line_begin = at;
      const std::string_view line = next_line(body, at);
      if (!line.starts_with(boundary)) continue;
      const std::string_view rest = trim(line.substr(boundary.size()));
      if (!rest.empty() && rest != "--") continue;
      if (begin != std::string_view::npos) add(part, body.substr(begin, line_begin - begin), depth);
      begin = rest.empty() ? at : std::string_view::npos;
      if (!rest.empty()) return;
    }
    if (begin != std::string_view::npos) add(part, body.substr(begin), depth);
  }

  void add(MimePart& whole, std::string_view bytes, std::size_t depth) {
    if (may_go_on(depth)) whole.parts.push_back(part(bytes, depth + 1));
  }

  std::size_t parts_ = 0;
};

// The value that begins at `text`: quoted (RFC 2045, 5.1) or up to ";" or a space.
std::string parameter_value(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text.substr(0, text.find_first_of("; \t")));
  std::string value;
  for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value.push_back(text[i]);
  }
  return value;
}

}  // namespace

std::string_view MimePart::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &MailHeader::name);
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::string MimePart::parameter(std::string_view name) const {
  std::string_view rest = header("content-type");
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (rest[i] != ';' || quoted) continue;
    const std::string_view parameter = trim(rest.substr(i + 1));
    if (!starts_with_ignoring_case(parameter, name)) continue;
    const std::string_view after = trim(parameter.substr(name.size()));
    if (after.starts_with('=')) return parameter_value(trim(after.substr(1)));
  }
  return {};
}

std::string MimePart::text() const {
  const std::string encoding = to_lower_ascii(trim(header("content-transfer-encoding")));
  if (encoding == "base64") return to_utf8(decode_base64(body));
  if (encoding == "quoted-printable") return to_utf8(decode_quoted_printable(body));
  return to_utf8(body);
}

ReadMail read_mail(std::string_view bytes) {
  Reader reader;
  ReadMail read;
  read.message = reader.part(bytes.substr(0, kMaxMessageBytes), 0);
  read.incomplete = reader.incomplete || bytes.size() > kMaxMessageBytes;
  return read;
}

std::vector<MailHeader> read_headers(std::string_view bytes) {
  std::vector<MailHeader> headers;
  headers_into(bytes.substr(0, kMaxMessageBytes), headers);
  return headers;
}

std::string decoded_header(std::string_view value) {
  start_gmime();
  const std::string bounded(value.substr(0, std::min(value.find('\0'), kMaxDecodedHeader)));
  char* decoded = g_mime_utils_header_decode_text(nullptr, bounded.c_str());
  std::string text = to_utf8(decoded == nullptr ? std::string_view(bounded) : std::string_view(decoded));
  g_free(decoded);
  return text;
}

}  // namespace afterpatch::notify
