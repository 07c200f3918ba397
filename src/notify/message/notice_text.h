// The text of one notice: subject and plain text, for mail, letters and phone.
//
// Example:
//   const NoticeText text = *write_notice(library, agency, facts);
//   wrapped(text.body, 72)   // for mail
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "notify/message/facts.h"
#include "notify/message/notice_library.h"

namespace afterpatch::notify {

struct NoticeText {
  std::string subject;  // one line
  std::string body;     // UTF-8, "\n" line ends; a paragraph is one line, lines with four spaces are commands
  std::string
      template_id;  // "exchange-2021-proxylogon/backdoored/de": what is compared when effects are measured
};

// The template_id of a notice: `meaning` is its reason, or "provider".
std::string template_id_of(std::string_view campaign, std::string_view meaning, std::string_view language);

// How many servers, and how many findings of each, the text names one by one.
inline constexpr std::size_t kNamedServers = 10;
inline constexpr std::size_t kNamedFindings = 10;

// Fails on an incomplete agency, an unknown language, campaign or method, facts without servers; and rather
// than leave an empty place, if a template asks for a value that is not there. Thread-safe.
Result<NoticeText> write_notice(const NoticeLibrary& library, const Agency& agency, const NoticeFacts& facts);

// Breaks lines at spaces before `width` characters. Items ("- ", "1. ") hang, commands stay whole, words
// longer than a line (links) stay whole.
std::string wrapped(std::string_view body, std::size_t width);

}  // namespace afterpatch::notify
