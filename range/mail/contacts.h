// Who answers mail in the made-up country, and how: answers.csv of `afterpatch-range country`
// (docs/range.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "base/error.h"

namespace afterpatch::range {

struct MailContact {
  std::string behaviour;  // "refused", "bounces", "silent", ...: docs/range.md
  std::chrono::hours delay{0};
};

// By mail address, lower case. Addresses that are not in the list belong to nobody: they are refused.
using MailContacts = std::map<std::string, MailContact>;

// Reads the rows whose channel is "email". Fails on a file without the columns.
Result<MailContacts> read_contacts(const std::filesystem::path& file);

// The same for letters and calls, by organisation and channel.
using OtherContacts = std::map<std::pair<std::string, std::string>, MailContact>;
Result<OtherContacts> read_other_contacts(const std::filesystem::path& file);

}  // namespace afterpatch::range
