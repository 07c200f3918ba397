#include "range/internet/internet_truth.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace afterpatch::range {
namespace {

std::array<unsigned, 4> numbers(const Build& build) {
  return {build.major, build.minor, build.build, build.revision};
}

bool is_lower(const Running& a, const Running& b) {
  return numbers(a.build) < numbers(b.build);
}

const Running& lowest(const HostState& state) {
  return *std::min_element(state.servers.begin(), state.servers.end(), is_lower);
}

std::string_view exposure_of(const Running& server) {
  if (!server.kind->has_fix()) return "unsupported";
  return server.build == server.kind->fixed ? "patched" : "unpatched";
}

bool shows_all_numbers(const Host& host, const Running& server) {
  switch (host.shown) {
    case Shown::header:
    case Shown::beside_owa:
      return true;
    case Shown::manifest:
      return !(server.build == server.kind->base);  // else it may be the stale kind
    case Shown::path:
      return server.kind->only_one_flaw();
    default:
      return false;
  }
}

// An installer of a cumulative update without a fix is told by its first three numbers.
std::string_view visible_of(const Host& host, const Running& server) {
  if (host.shown == Shown::nothing) return "unknown";
  if (shows_all_numbers(host, server) || !server.kind->has_fix()) return exposure_of(server);
  return "build-ambiguous";
}

bool is_away(const Host& host, const HostState& state) {
  return !host.self_hosted() || !state.present || state.servers.empty();
}

std::string json_text(std::string_view text) {
  return text.empty() ? std::string("null") : fmt::format("\"{}\"", text);
}

std::string state_text(const Host& host, const HostState& state) {
  std::vector<std::string> builds;
  for (const Running& server : state.servers) builds.push_back(fmt::format("\"{}\"", server.build.text()));
  return fmt::format(R"("present":{},"builds":[{}],"exposure":{},"status":{},"visible":{},"mitigated":{})",
                     state.present, fmt::join(builds, ","), json_text(true_exposure(host, state)),
                     json_text(true_status(host, state)), json_text(visible_exposure(host, state)),
                     state.mitigated);
}

std::string spans_text(const Population& population, const Host& host, int days) {
  std::vector<std::string> spans;
  std::string before;
  int since = 0;
  for (int day = 0; day <= days; ++day) {
    const std::string now = day < days ? state_text(host, population.state(host, day)) : std::string();
    if (day > 0 && now != before) {
      spans.push_back(fmt::format(R"({{"first_day":{},"last_day":{},{}}})", since, day - 1, before));
      since = day;
    }
    before = now;
  }
  return fmt::format("[{}]", fmt::join(spans, ","));
}

}  // namespace

std::string_view true_exposure(const Host& host, const HostState& state) {
  return is_away(host, state) ? std::string_view() : exposure_of(lowest(state));
}

std::string_view true_status(const Host& host, const HostState& state) {
  if (is_away(host, state)) return {};
  return lowest(state).kind->only_one_flaw() ? "not-affected" : exposure_of(lowest(state));
}

std::string_view visible_exposure(const Host& host, const HostState& state) {
  return is_away(host, state) ? std::string_view() : visible_of(host, lowest(state));
}

std::string truth_line(const Population& population, const Host& host, int days) {
  std::vector<std::string> names;
  for (const std::string& name : host.names()) names.push_back(json_text(name));
  return fmt::format(
      R"({{"address":"{}","nature":"{}","trouble":"{}","shown":{},"tls":"{}","needs_name":{},"names":[{}],"spans":{}}})",
      host.address(), name_of(host.nature), name_of(host.trouble),
      host.self_hosted() ? json_text(name_of(host.shown)) : "null", name_of(host.tls), host.needs_name,
      fmt::join(names, ","), spans_text(population, host, days));
}

Result<void> write_truth(const Population& population, int days, const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), &std::fclose);
  if (out == nullptr) return fail("the truth can't be written", file.string());
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number)
    fmt::print(out.get(), "{}\n", truth_line(population, population.host(number), days));
  if (std::fflush(out.get()) != 0)
    return fail("the truth can't be written", file.string(), "is the disk full?");
  return {};
}

}  // namespace afterpatch::range
