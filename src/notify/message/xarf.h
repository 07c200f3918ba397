// The machine's copy of a notice: one XARF report for each server, as abuse desks read them. XARF 4
// (xarf.org, schemas xarf-core, vulnerability-cve, infrastructure-compromised-server of July 2025): tests
// hold the output to what they ask.
#pragma once

#include <string>

#include "base/error.h"
#include "notify/message/facts.h"

namespace afterpatch::notify {

inline constexpr const char* kXarfVersion = "4.2.0";

// JSON, one report: `vulnerability/cve` where the reason is "unpatched", else
// `infrastructure/compromised_server`. The same notice and server give the same bytes, its report_id too.
// Fails if there is no CVE id for the former.
Result<std::string> write_xarf(const Agency& agency, const NoticeFacts& facts, const ServerFacts& server);

}  // namespace afterpatch::notify
