#include "range/country/hunt_evidence.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "range/random.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;

constexpr std::string_view kCampaign = "exchange-2021-proxylogon";
constexpr std::string_view kNeededFrom = "2021-01-03T00:00:00Z";

std::string mark_of(const HuntAnswer& hunt, std::string_view kind, std::string otherwise) {
  for (const Hit::Mark& mark : hunt.marks)
    if (mark.kind == kind) return mark.value;
  return otherwise;
}

// A line of the web server's log, in the order of columns that IIS writes unless told otherwise.
std::string web_line(Timestamp time, std::string_view verb, const std::string& path,
                     const std::string& client, const std::string& agent) {
  return fmt::format("{} {} 10.0.0.5 {} {} - 443 - {} {} - 200 0 0 {}", to_date_text(time),
                     to_iso8601(time).substr(11, 8), verb, path, client, agent, 31);
}

class Evidence {
 public:
  explicit Evidence(const HuntAnswer& hunt)
      : client_(mark_of(hunt, "address", "203.0.113.250")),
        agent_(mark_of(hunt, "user-agent", "python-requests/2.25.1")),
        door_(mark_of(hunt, "door-path", "/aspnet_client/system_web.aspx")) {
    if (hunt.exploited)
      add(*hunt.exploited, "Request that only an exploit sends", "exploit", "POST",
          "/ecp/" + std::string(1, client_.back()) + ".js");
    if (hunt.backdoored)
      add(*hunt.backdoored + std::chrono::minutes(3), "First request of a back door", "door-use", "POST",
          door_);
    if (hunt.reentered) add(*hunt.reentered, "Somebody else uses the back door", "re-entry", "POST", door_);
  }
  json::array take() { return std::move(list_); }

 private:
  void add(Timestamp time, std::string_view title, std::string_view step, std::string_view verb,
           const std::string& path) {
    const std::string day = to_date_text(time);
    list_.push_back({{"time", to_iso8601(time)},
                     {"title", title},
                     {"level", "high"},
                     {"step", step},
                     {"source", "W3SVC1"},
                     {"artefact", fmt::format("W3SVC1/u_ex{}{}{}.log", day.substr(2, 2), day.substr(5, 2),
                                              day.substr(8, 2))},
                     {"place", fmt::format("line {}", 1000 + 37 * list_.size())},
                     {"raw", web_line(time, verb, path, client_, agent_)}});
  }

  std::string client_, agent_, door_;
  json::array list_;
};

json::object covered(std::string_view log, Timestamp first, Timestamp last, std::string_view says) {
  return {{"log", log},
          {"needed_from", kNeededFrom},
          {"needed_to", to_iso8601(last)},
          {"ranges", json::array{{{"first", to_iso8601(first)}, {"last", to_iso8601(last)}}}},
          {"says", says}};
}

json::array coverage(const HuntAnswer& hunt, Random random) {
  const Timestamp begin = *parse_time(kNeededFrom);
  const auto kept = std::chrono::hours(24 * random.between(20, 60));
  const Timestamp front = std::max(begin, hunt.time - kept);
  return {
      covered("Web server (IIS)", begin, hunt.time, "whole"),
      covered("HttpProxy", front, hunt.time,
              front > begin ? "older days are gone: Exchange keeps these logs 30 days unless told otherwise"
                            : "whole")};
}

}  // namespace

std::string hunt_evidence(const Country& country) {
  std::string out;
  for (std::size_t i = 0; i < country.hunts.size(); ++i) {
    const HuntAnswer& hunt = country.hunts[i];
    if (hunt.from_outside) continue;
    const CountryServer& server = country.servers[hunt.server];
    const std::string subject = fmt::format("{}:{}", server.address, server.port);
    json::array evidence = Evidence(hunt).take();
    const std::size_t total = evidence.size();
    out += json::serialize(json::object{
               {"time", to_iso8601(hunt.time)},
               {"received", to_iso8601(hunt.received)},
               {"source", "hunt"},
               {"kind", "hunt-evidence"},
               {"subject_kind", "server"},
               {"subject", subject},
               {"key", fmt::format("evidence {}@{}", subject, to_iso8601(hunt.time))},
               {"content",
                json::object{{"campaign", kCampaign},
                             {"report", ""},
                             {"evidence", std::move(evidence)},
                             {"evidence_total", total},
                             {"coverage", coverage(hunt, Random(country.settings.seed).fork("logs", i))}}}}) +
           "\n";
  }
  return out;
}

}  // namespace afterpatch::range
