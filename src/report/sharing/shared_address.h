// The addresses of a server's report, each once, with the worst that it did.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/sharing/shared_findings.h"
#include "report/sharing/victim_names.h"

namespace afterpatch::report {

// "203.0.113.45"; nullopt for what is no IP address, and for one of an inside network unless victims are
// named.
std::optional<std::string> shared_address_of(std::string_view client, Share share);

std::vector<SharedAddress> shared_addresses(const assess::ServerReport& server, const VictimNames& names,
                                            Share share);

}  // namespace afterpatch::report
