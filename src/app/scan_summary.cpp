#include "app/scan_summary.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/time.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using Counts = std::map<std::string, std::uint64_t>;

constexpr std::array<std::string_view, 6> kExposures = {"unpatched", "unsupported", "build-ambiguous",
                                                        "patched",   "unknown",     "not-affected"};
constexpr std::size_t kMostErrorKindsShown = 8;

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::uint64_t count_of(const Counts& counts, std::string_view key) {
  const auto found = counts.find(std::string(key));
  return found == counts.end() ? 0 : found->second;
}

std::uint64_t sum(const Counts& counts) {
  std::uint64_t total = 0;
  for (const auto& [key, count] : counts) total += count;
  return total;
}

std::string_view meaning_of(std::string_view exposure) {
  if (exposure == "unpatched") return "a fix exists and is not installed";
  if (exposure == "unsupported") return "no fix was ever made for this update: open until upgraded";
  if (exposure == "build-ambiguous") return "only the cumulative update shows: patched or not";
  if (exposure == "patched") return "the holes are closed; says nothing about what came in before";
  return exposure == "unknown" ? "the build does not show, or answers contradict themselves" : "";
}

std::string line(std::uint64_t count, std::string_view what, std::string_view means = {}) {
  return fmt::format("  {:>12}  {:<22}{}\n", with_commas(count), what, means);
}

std::string exposure_lines(const ScanSummary& summary) {
  std::string text;
  for (const std::string_view exposure : kExposures) {
    const std::uint64_t count = count_of(summary.tables.exposures, exposure);
    if (count > 0) text += line(count, exposure, meaning_of(exposure));
  }
  return text;
}

// The share that counts: of those that could be attacked and whose state shows. The ambiguous could be
// either, so they make it a band.
std::string patched_share(const ScanSummary& summary) {
  const auto& found = summary.tables.exposures;
  const auto patched = static_cast<double>(count_of(found, "patched"));
  const auto open = static_cast<double>(count_of(found, "unpatched") + count_of(found, "unsupported"));
  const auto either = static_cast<double>(count_of(found, "build-ambiguous"));
  const double all = patched + open + either;
  if (all <= 0) return {};
  return fmt::format("Patched: {:.1f} to {:.1f} % of {} servers whose build shows.\n", 100 * patched / all,
                     100 * (patched + either) / all, with_commas(static_cast<std::uint64_t>(all)));
}

std::string error_lines(const Counts& errors) {
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  for (const auto& [kind, count] : errors) sorted.emplace_back(count, kind);
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::string text;
  for (std::size_t i = 0; i < sorted.size() && i < kMostErrorKindsShown; ++i)
    text += (i == 0 ? "" : ", ") + with_commas(sorted[i].first) + " " + sorted[i].second;
  return text;
}

std::string duration(double seconds) {
  return to_duration_text(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

std::string left_out_lines(const ScanSummary& summary) {
  std::string text;
  if (summary.left_out > 0)
    text += line(summary.left_out, "special addresses", "never scanned (IANA registries)");
  if (summary.opted_out > 0) text += line(summary.opted_out, "opted out", "nothing was sent");
  if (summary.refused > 0)
    text += line(summary.refused, "special addresses", "that names led to; nothing was sent");
  if (summary.nameless > 0) text += line(summary.nameless, "names without address");
  return text;
}

json::object to_object(const Counts& counts) {
  json::object object;
  for (const auto& [key, count] : counts) object[key] = count;
  return object;
}

}  // namespace

ScanSummary summary_of(const exposure::ScanCounts& counts) {
  ScanSummary summary;
  summary.position = counts.position;
  summary.hosts = counts.hosts;
  summary.reached = counts.reached;
  summary.opted_out = counts.opted_out;
  summary.refused = counts.refused;
  summary.nameless = counts.nameless;
  summary.requests = counts.requests;
  summary.tables = counts.tables();
  return summary;
}

std::string summary_text(const ScanSummary& summary) {
  const auto& products = summary.tables.products;
  std::string text =
      fmt::format("{}: {} hosts probed, {} reached, {} requests in {}\n",
                  summary.interrupted ? "Stopped early" : "Done", with_commas(summary.hosts),
                  with_commas(summary.reached), with_commas(summary.requests), duration(summary.seconds));
  if (summary.shard != "1/1") text += fmt::format("This is shard {}.\n", summary.shard);
  text += "\nProducts\n";
  text += line(count_of(products, "exchange-self-hosted"), "Exchange, self-hosted");
  text +=
      line(count_of(products, "exchange-hybrid"), "Exchange, hybrid", "self-hosted beside Exchange Online");
  text += line(count_of(products, "exchange-online"), "Exchange Online");
  text += line(count_of(products, "not-exchange"), "other web servers");
  text += line(count_of(products, "unknown"), "seen, not readable",
               "no TLS or no HTTP answer that could be read");
  if (const std::string exposures = exposure_lines(summary); !exposures.empty())
    text += "\nSelf-hosted and hybrid Exchange, by build\n" + exposures + patched_share(summary);
  if (const std::string out = left_out_lines(summary); !out.empty()) text += "\nLeft out\n" + out;
  if (!summary.tables.errors.empty()) text += "\nErrors: " + error_lines(summary.tables.errors) + "\n";
  if (!summary.output.empty()) text += "\nEvery host with its evidence: " + summary.output + "\n";
  if (summary.stored) text += "Taken into the store: " + with_commas(*summary.stored) + " hosts\n";
  if (summary.not_storable > 0)
    text += with_commas(summary.not_storable) + " lines could not be taken into the store\n";
  text +=
      "Mitigations do not show from outside: an unpatched server may be mitigated, a patched one may be "
      "broken into.\n";
  return text;
}

std::string summary_json(const ScanSummary& summary) {
  json::object object{{"targets", summary.targets},
                      {"position", summary.position},
                      {"shard", summary.shard},
                      {"interrupted", summary.interrupted},
                      {"hosts", summary.hosts},
                      {"reached", summary.reached},
                      {"requests", summary.requests},
                      {"seconds", summary.seconds},
                      {"special_left_out", summary.left_out},
                      {"opted_out", summary.opted_out},
                      {"special_refused", summary.refused},
                      {"names_without_address", summary.nameless},
                      {"products", to_object(summary.tables.products)},
                      {"exposure", to_object(summary.tables.exposures)},
                      {"errors", to_object(summary.tables.errors)}};
  if (summary.stored) object["stored"] = *summary.stored;
  if (summary.not_storable > 0) object["not_storable"] = summary.not_storable;
  return json::serialize(object) + "\n";
}

std::string scan_progress_line(const ScanSummary& summary, std::uint64_t before) {
  const double done = static_cast<double>(summary.position - std::min(before, summary.position));
  const double rate = summary.seconds > 0 ? static_cast<double>(summary.hosts) / summary.seconds : 0;
  const double share =
      summary.targets > 0 ? 100 * static_cast<double>(summary.position) / static_cast<double>(summary.targets)
                          : 100;
  std::string text = fmt::format("{} of {} ({:.0f} %), {:.0f} hosts/s, {} reached, {} Exchange",
                                 with_commas(summary.position), with_commas(summary.targets), share, rate,
                                 with_commas(summary.reached), with_commas(sum(summary.tables.exposures)));
  for (const std::string_view exposure : {"unpatched", "unsupported", "build-ambiguous", "patched"}) {
    const std::uint64_t count = count_of(summary.tables.exposures, exposure);
    if (count > 0) text += fmt::format(", {} {}", with_commas(count), exposure);
  }
  text += fmt::format("; {} errors", with_commas(sum(summary.tables.errors)));
  if (done > 0 && summary.position < summary.targets)
    text += ", " +
            duration(summary.seconds * static_cast<double>(summary.targets - summary.position) / done) +
            " left";
  return text;
}

}  // namespace afterpatch::app
