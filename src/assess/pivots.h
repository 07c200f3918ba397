// Pivots: what was found becomes a new search over all logs. A door's path shows who came back, an intruder's
// address shows what else he asked for, a shell's parameter shows it under other names. What others may share
// (a rare user agent, the path of forged requests, an account that was made) only gives leads (leads.h).
//
// Example:
//   for (std::uint64_t round = 1; round <= kMaxPivotRounds; ++round) {
//     const auto plan = plan_pivots(findings, campaign, product, round, asked);
//     if (plan.empty()) break;
//     ... search, filling findings.requests; append plan to asked ...
//   }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

enum class PivotKind { path, client, sha256, parameter, user_agent, account };
// "path", "client", "sha256", "parameter", "user-agent", "account": as detect::PivotValue names them.
std::string_view to_string(PivotKind kind);

struct Pivot {
  PivotKind kind = PivotKind::path;
  std::string value;    // path: normal_url(); sha256: lower case; else as found
  std::string because;  // "found because ...", one clause
};

inline constexpr std::uint64_t kMaxPivotRounds = 4;
// Most values of one kind in all rounds: each is a literal in one scan, and a sweep can name hundreds of
// paths.
inline constexpr std::size_t kMaxPivotsOfAKind = 64;
// Shorter parameter names ("cmd", "pass") stand in ordinary requests of other applications too.
inline constexpr std::size_t kMinParameterBytes = 5;

// Values worth a search that were not asked before, in a fixed order; empty when round > kMaxPivotRounds.
// Addresses come from runs that got inside, never from probes or sweeps; inside addresses (a balancer's) only
// when no run has another.
std::vector<Pivot> plan_pivots(const detect::Findings& findings, const knowledge::Campaign& campaign,
                               const knowledge::Product& product, std::uint64_t round,
                               const std::vector<Pivot>& asked);

// A client whose requests make up more than this share of all web rows is a proxy or a balancer, shared with
// the server's own users.
inline constexpr double kFloodShare = 0.01;
inline constexpr std::uint64_t kFloodRows = 1000;  // below this nothing is a flood, however small the logs

// Clients among findings.requests that flood: what they asked for says nothing of an intruder. Sorted.
std::vector<std::string> flooding_clients(const detect::Findings& findings);

}  // namespace afterpatch::assess
