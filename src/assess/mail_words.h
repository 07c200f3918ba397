// What was done to mailboxes, told in a sentence: mail that was read, mailboxes that were exported whole and
// rules that were made are three things, and a manager acts on each in another way.
#pragma once

#include <string>
#include <vector>

#include "assess/server_report.h"

namespace afterpatch::assess {

// "26 forged requests for mailbox content were answered", "2 whole mailboxes were exported; 3 inbox rules
// were made by forged requests". Empty if `accesses` is.
std::string what_was_taken(const std::vector<const MailboxAccess*>& accesses);

// "3 mailboxes named, such as one@example.org."
std::string mailboxes_named(const std::vector<const MailboxAccess*>& accesses);

}  // namespace afterpatch::assess
