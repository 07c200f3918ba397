#include "assess/mail_words.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "assess/mail.h"
#include "assess/mailbox_exports.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kShownMailbox = 50;

struct Taken {
  std::uint64_t read = 0;
  std::uint64_t exported = 0;
  std::uint64_t rules = 0;
};

Taken count(const std::vector<const MailboxAccess*>& accesses) {
  Taken taken;
  for (const MailboxAccess* access : accesses) {
    if (access->how == kExportedMailbox)
      taken.exported += access->requests;
    else if (access->how == kForgedRule)
      taken.rules += access->requests;
    else
      taken.read += access->requests;
  }
  return taken;
}

void add_clause(std::string& text, std::uint64_t count, std::string_view one, std::string_view many) {
  if (count == 0) return;
  if (!text.empty()) text += "; ";
  text += count_of(count, one, many);
}

}  // namespace

std::string what_was_taken(const std::vector<const MailboxAccess*>& accesses) {
  const Taken taken = count(accesses);
  std::string text;
  add_clause(text, taken.exported, "whole mailbox was exported", "whole mailboxes were exported");
  add_clause(text, taken.read, "forged request for mailbox content was answered",
             "forged requests for mailbox content were answered");
  add_clause(text, taken.rules, "inbox rule was made by a forged request",
             "inbox rules were made by forged requests");
  return text;
}

std::string mailboxes_named(const std::vector<const MailboxAccess*>& accesses) {
  std::set<std::string> mailboxes;
  for (const MailboxAccess* access : accesses)
    if (access->mailbox != kUnknownMailbox) mailboxes.insert(access->mailbox);
  if (mailboxes.empty()) return "The logs do not name the mailboxes.";
  return fmt::format("{} named, such as {}.", count_of(mailboxes.size(), "mailbox", "mailboxes"),
                     shorten(*mailboxes.begin(), kShownMailbox));
}

}  // namespace afterpatch::assess
