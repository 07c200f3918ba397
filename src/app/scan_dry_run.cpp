#include "app/scan_dry_run.h"

#include <fmt/format.h>

#include "base/time.h"

namespace afterpatch::app {
namespace {

constexpr std::uint64_t kTargetsShown = 8;
constexpr std::uint64_t kPositionsLookedAt = 100'000;

std::string duration(double seconds) {
  return to_duration_text(std::chrono::seconds(static_cast<std::int64_t>(seconds + 1)));
}

std::string rate_text(exposure::Rate rate) {
  if (rate.per_second <= 0) return "no limit";
  return rate.per_second >= 1 ? fmt::format("{} a second", rate.per_second)
                              : fmt::format("one in {:.0f} s", 1 / rate.per_second);
}

std::string limits_text(const exposure::Limits& limits) {
  return fmt::format("  an address     {}\n  a /24 or /48   {}\n  an AS          {}\n  in all         {}\n",
                     rate_text(limits.address), rate_text(limits.neighbourhood), rate_text(limits.network),
                     rate_text(limits.all));
}

std::string first_targets(const exposure::TargetOrder& order) {
  std::string text;
  std::uint64_t shown = 0;
  for (std::uint64_t i = 0; i < order.size() && i < kPositionsLookedAt && shown < kTargetsShown; ++i) {
    const exposure::Target target = order.at(i);
    if (!order.is_ours(target)) continue;
    text += (shown++ == 0 ? "" : ", ") + (target.address ? to_string(*target.address) : target.name);
  }
  return text;
}

std::string requests_text(const knowledge::ProbePlan& plan, const exposure::ScanSettings& settings) {
  std::string text;
  const exposure::Address address{false, 0, 0x7F000001};
  const exposure::VisitSettings visit{settings.port, {}, {}, 0, settings.user_agent};
  for (const knowledge::Probe& probe : plan.probes) {
    const std::string whole = request_text({probe.id, probe.path, "<name>"}, address, visit);
    text += "  " + whole.substr(0, whole.find('\r')) + "\n";
  }
  for (const std::string& path : plan.follow)
    text += fmt::format("  GET {} HTTP/1.1, when redirected there\n", path);
  return text;
}

std::string duration_text(std::uint64_t targets, const exposure::Shard& shard,
                          const knowledge::ProbePlan& plan, exposure::Rate rate) {
  if (rate.per_second <= 0) return "as fast as this machine can: there is no limit in all";
  const double hosts = static_cast<double>(targets) / shard.count;
  return fmt::format(
      "{} (one request a host) to {} ({} a host), by the limit in all; limits of single networks may "
      "make it longer",
      duration(hosts / rate.per_second), duration(hosts * plan.requests / rate.per_second), plan.requests);
}

}  // namespace

std::string dry_run_text(const exposure::TargetSet& targets, const exposure::TargetOrder& order,
                         const exposure::Shard& shard, const knowledge::ProbePlan& plan,
                         const exposure::ScanSettings& settings) {
  std::string text = fmt::format("Nothing is sent: this is the plan.\n\nTargets: {}", targets.size());
  if (shard.count > 1) text += fmt::format(", about 1 in {} of them in this shard", shard.count);
  if (targets.left_out() > 0) text += fmt::format("; {} special addresses are left out", targets.left_out());
  text += fmt::format("\nFirst: {}\n", first_targets(order));
  text += fmt::format("\nAt most {} requests and {} bytes from a host, each on a connection of its own:\n",
                      plan.requests, plan.bytes);
  text += requests_text(plan, settings);
  text += fmt::format("User-Agent: {}\n", settings.user_agent);
  text += "Never sent: cookies, credentials, bodies, queries, anything but these paths.\n";
  text += "\nLimits\n" + limits_text(settings.limits);
  text += "\nDuration: " + duration_text(targets.size(), shard, plan, settings.limits.all) + ".\n";
  return text;
}

}  // namespace afterpatch::app
