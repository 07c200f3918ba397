#include "range/country/scan_days.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.h"
#include "range/country/draw.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;

// Where a server that had no fixed build for its cumulative update moves to.
constexpr std::string_view kUpgraded = "15.1.2176.9";

Build build_at(const CountryServer& server, Timestamp time) {
  const bool fixed = server.patched && *server.patched <= time;
  return fixed ? server.kind->fixed : server.kind->before;
}

void fill_in(const CountryServer& server, Sighting& out) {
  const bool patched = server.patched && *server.patched <= out.time;
  const bool upgraded = patched && !server.kind->has_fix();
  const std::string build = upgraded ? std::string(kUpgraded) : build_at(server, out.time).text();
  const std::string truth = patched ? "patched" : server.kind->has_fix() ? "unpatched" : "unsupported";
  switch (server.shown) {
    case ShownBuild::whole:
      out.build = build;
      out.exposure = truth;
      out.confidence = "confirmed";
      break;
    case ShownBuild::update_only:
      out.build = build.substr(0, build.rfind('.'));
      out.exposure = truth == "unsupported" ? truth : "build-ambiguous";
      out.confidence = "likely";
      break;
    case ShownBuild::nothing:
      out.exposure = "unknown";
      out.confidence = "possible";
      break;
  }
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array names_of(const CountryServer& server) {
  json::array out;
  for (const std::string& name : server.certificate_names) out.emplace_back(name);
  return out;
}

json::object tls_of(const CountryServer& server) {
  const std::string digest = Random(0).fork(server.address).hex(64);
  return {{"version", "TLSv1.2"}, {"names", names_of(server)}, {"sha256", digest}};
}

json::object line_of(const CountrySettings& settings, const CountryServer& server, const Sighting& seen) {
  json::object out{{"time", to_iso8601(seen.time)},
                   {"address", server.address},
                   {"port", server.port},
                   {"name", text_or_null(server.name)},
                   {"reached", seen.reached}};
  out["tls"] = seen.reached ? json::value(tls_of(server)) : json::value(nullptr);
  out["product"] = seen.answered ? "exchange-self-hosted" : "unknown";
  out["builds"] = seen.build.empty() ? json::array() : json::array{seen.build};
  out["status"] = seen.answered ? json::object{{"CVE-2021-26855", seen.exposure}} : json::object();
  out["exposure"] = seen.answered ? seen.exposure : "unknown";
  out["confidence"] = seen.answered ? seen.confidence : "possible";
  out["evidence"] = json::array();
  if (!seen.build.empty()) out["evidence"] = json::array{{{"probe", "owa"}, {"says", "build " + seen.build}}};
  out["country"] = country_of(settings, server.region);
  out["network"] = fmt::format("AS{}", server.as_number);
  out["sector"] = nullptr;
  out["errors"] = json::array();
  if (!seen.answered)
    out["errors"] = json::array{{{"probe", seen.reached ? "owa" : "tcp"}, {"kind", "timeout"}}};
  return out;
}

void note(const Sighting& seen, SeenServer& out) {
  if (!seen.answered) return;
  if (!out.first_seen) out.first_seen = seen.time;
  const bool open = seen.exposure == "unpatched" || seen.exposure == "unsupported";
  if (open && !out.first_open) out.first_open = seen.time;
  if (open) out.first_patched.reset();
  if (seen.exposure == "patched" && !out.first_patched) out.first_patched = seen.time;
  out.last_exposure = seen.exposure;
}

}  // namespace

Sighting sight(const Country& country, std::size_t server, int day) {
  Sighting out;
  const auto minute = 360 + server * 7919 % 240;  // each at its own time of the morning
  out.time = start_of(country.settings, day) + std::chrono::minutes(minute);
  out.reached = is_present(country.servers[server], day);
  Random chance = Random(country.settings.seed).fork("probe", server * 1000 + static_cast<std::size_t>(day));
  out.answered = out.reached && !chance.chance(1);
  if (out.answered) fill_in(country.servers[server], out);
  return out;
}

std::vector<SeenServer> look_back(const Country& country) {
  std::vector<SeenServer> out(country.servers.size());
  for (std::size_t i = 0; i < out.size(); ++i)
    for (int day = 0; day < country.settings.days; ++day) note(sight(country, i, day), out[i]);
  return out;
}

std::string scan_line(const Country& country, std::size_t server, int day) {
  return json::serialize(line_of(country.settings, country.servers[server], sight(country, server, day)));
}

Result<void> write_scan_days(const Country& country, const std::filesystem::path& folder) {
  for (int day = 0; day < country.settings.days; ++day) {
    std::string text;
    for (std::size_t i = 0; i < country.servers.size(); ++i) text += scan_line(country, i, day) + '\n';
    auto written = write_file(folder / fmt::format("scan-day-{:02}.jsonl", day), text);
    if (!written) return written;
  }
  return {};
}

}  // namespace afterpatch::range
