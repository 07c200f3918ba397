// Errors are values. Anything that input, the network or the disk can cause comes back as Result<T>;
// exceptions are left for a programmer's mistakes.
//
// Example:
//   Result<Campaign> campaign = load_campaign(path);
//   if (!campaign) return std::unexpected(campaign.error());
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace afterpatch {

// What went wrong, where, and what the user can do about it. All three are plain text for a person; they
// may quote hostile input, so whoever shows them escapes them for the place (base/escape.h).
struct Error {
  std::string what;   // "unknown key 'cve_id'"
  std::string where;  // "campaign.yaml:12", "u_ex210303.log at byte 8192"; empty if it has no place
  std::string next;   // "expected one of: id, title, cves"; empty if nothing can be done
};

template <typename T>
using Result = std::expected<T, Error>;

// "where: what (next)", leaving out what is empty.
std::string to_string(const Error& error);

inline std::unexpected<Error> fail(std::string what, std::string where = {}, std::string next = {}) {
  return std::unexpected(Error{std::move(what), std::move(where), std::move(next)});
}

}  // namespace afterpatch
