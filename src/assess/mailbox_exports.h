// Mailboxes that were exported whole by Exchange's own command. Any administrator may do that; an export
// counts as theft only where a rule says that it went where no administrator sends one (likely or better).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

inline constexpr std::size_t kMaxMailboxBytes = 254;  // RFC 5321: longest path, without its brackets

inline constexpr std::string_view kExportedMailbox = "export of the whole mailbox";  // MailboxAccess::how

// Whether the row is an order to export a mailbox, in whatever log.
bool is_export_order(const detect::Detection& detection);

// The value of -Mailbox in the parameters of New-MailboxExportRequest; empty if there is none.
std::string exported_mailbox(std::string_view parameters);

// One a mailbox, by first time. The same export in two logs counts once.
std::vector<MailboxAccess> mailbox_exports(const Incident& incident);

}  // namespace afterpatch::assess
