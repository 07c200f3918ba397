// Whatever a name, a subject or an address holds: a written mail has our headers, once each, and no others.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "notify/mail/mime_reader.h"
#include "notify/message/mime.h"

using namespace afterpatch::notify;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size / 2;
  MailContent content;
  content.from_name = text.substr(0, half);
  content.subject = text.substr(half);
  content.from = "notices@agency.example";
  content.to = "jane@customer.example";
  content.message_id = "<m@agency.example>";
  content.body = "body\n" + text;
  if (const auto forged = write_mail({.from_name = "x",
                                      .from = text,
                                      .reply_to = "",
                                      .to = text,
                                      .subject = "x",
                                      .body = "x",
                                      .message_id = text,
                                      .date = {},
                                      .attachments = {}});
      forged && text.find_first_of("\r\n") != std::string::npos)
    std::abort();
  const auto mail = write_mail(content);
  if (!mail) std::abort();
  std::vector<std::string> names;
  for (const MailHeader& header : read_mail(*mail).message.headers) names.push_back(header.name);
  std::ranges::sort(names);
  const std::vector<std::string> ours = {"auto-submitted",
                                         "content-transfer-encoding",
                                         "content-type",
                                         "date",
                                         "from",
                                         "message-id",
                                         "mime-version",
                                         "subject",
                                         "to"};
  if (names != ours) std::abort();
  return 0;
}
