#include "range/country/write_country.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "base/escape.h"
#include "base/file.h"
#include "range/country/country_truth.h"
#include "range/country/scan_days.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;

constexpr std::string_view kCampaign = "exchange-2021-proxylogon";

json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? json::value(to_iso8601(*time)) : json::value(nullptr);
}

std::string subject_of(const CountryServer& server) {
  return fmt::format("{}:{}", server.address, server.port);
}

json::array marks_json(const HuntAnswer& hunt) {
  json::array out;
  for (const Hit::Mark& mark : hunt.marks)
    out.push_back(json::object{{"kind", mark.kind}, {"value", mark.value}});
  return out;
}

json::object hunted_content(const HuntAnswer& hunt) {
  return {{"campaign", kCampaign},
          {"compromise", hunt.compromise},
          {"confidence", hunt.confidence},
          {"exploited", time_or_null(hunt.exploited)},
          {"backdoored", time_or_null(hunt.backdoored)},
          {"reentered", time_or_null(hunt.reentered)},
          {"patched", time_or_null(hunt.patched)},
          {"door_present", hunt.door_present},
          {"mail_accessed", hunt.mail_accessed},
          {"credentials_exposed", hunt.credentials_exposed},
          {"build", ""},
          {"report", ""},
          {"marks", marks_json(hunt)}};
}

json::object door_seen_content(const CountryServer& server, const HuntAnswer& hunt) {
  std::string path = "/aspnet_client/";
  for (const Hit::Mark& mark : hunt.marks)
    if (mark.kind == "door-path") path = mark.value;
  return {{"campaign", kCampaign},
          {"url", "https://" + server.address + path},
          {"door_present", hunt.door_present}};
}

std::string values_of(const Organisation& organisation, std::string_view channel) {
  std::vector<std::string_view> values;
  for (const Contact& contact : organisation.contacts)
    if (contact.channel == channel) values.push_back(contact.value);
  return fmt::format("{}", fmt::join(values, ";"));
}

std::string server_list(const Country& country, const CountryCase& one) {
  std::vector<std::string> out;
  for (const std::size_t server : one.servers) out.push_back(subject_of(country.servers[server]));
  return fmt::format("{}", fmt::join(out, ";"));
}

Result<void> write_hunts(const Country& country, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail("the folder can't be made: " + error.message(), folder.string());
  for (std::size_t i = 0; i < country.hunts.size(); ++i) {
    const std::string name = fmt::format("{:06}.json", i + 1);
    auto written = write_file(folder / name, hunt_statement(country, country.hunts[i]) + "\n");
    if (!written) return written;
  }
  return {};
}

}  // namespace

std::string hunt_statement(const Country& country, const HuntAnswer& hunt) {
  const CountryServer& server = country.servers[hunt.server];
  const json::object content = hunt.from_outside ? door_seen_content(server, hunt) : hunted_content(hunt);
  const std::string key = fmt::format("{}@{}", subject_of(server), to_iso8601(hunt.time));
  return json::serialize(json::object{{"time", to_iso8601(hunt.time)},
                                      {"received", to_iso8601(hunt.received)},
                                      {"source", hunt.from_outside ? "shadowserver" : "hunt"},
                                      {"kind", hunt.from_outside ? "door-seen" : "hunted"},
                                      {"subject_kind", "server"},
                                      {"subject", subject_of(server)},
                                      {"key", key},
                                      {"content", content}});
}

std::string constituency_csv(const Country& country) {
  std::string out =
      "id,name,domains,networks,as,sector,country,region,language,provider,email,phone,letter\n";
  for (const Organisation& one : country.organisations) {
    if (!one.listed) continue;
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", one.id, escape_csv(one.name), one.domain,
                       fmt::join(one.networks, ";"), fmt::join(one.as_numbers, ";"), one.sector,
                       country_of(country.settings, one.region), one.region, one.language,
                       one.provider ? "yes" : "no", values_of(one, "email"), values_of(one, "phone"),
                       escape_csv(values_of(one, "letter")));
  }
  return out;
}

std::string answers_csv(const Country& country) {
  std::string out =
      "organisation,channel,contact,behaviour,delay_hours,patches_after_hours,hunts_after_hours\n";
  for (const Organisation& one : country.organisations)
    for (const Contact& contact : one.contacts)
      out += fmt::format("{},{},{},{},{},{},{}\n", one.id, contact.channel, escape_csv(contact.value),
                         name_of(contact.behaviour), contact.delay_hours, one.patches_after_hours,
                         one.hunts_after_hours);
  return out;
}

std::string cases_jsonl(const Country& country) {
  std::string out;
  for (const CountryCase& one : country.cases)
    out += json::serialize(json::object{{"number", one.number},
                                        {"organisation", country.organisations[one.organisation].id},
                                        {"campaign", kCampaign},
                                        {"reason", one.reason},
                                        {"state", one.state},
                                        {"state_since", to_iso8601(one.state_since)},
                                        {"servers", server_list(country, one)},
                                        {"channel", one.channel},
                                        {"opened", to_iso8601(one.opened)},
                                        {"notified", time_or_null(one.notified)},
                                        {"reached", time_or_null(one.reached)},
                                        {"acknowledged", time_or_null(one.acknowledged)},
                                        {"patched", time_or_null(one.patched)},
                                        {"hunted", time_or_null(one.hunted)},
                                        {"clean", time_or_null(one.clean)}}) +
           "\n";
  return out;
}

Result<void> write_country(const Country& country, const std::filesystem::path& folder) {
  auto written = write_hunts(country, folder / "hunts");
  if (written) written = write_file(folder / "constituency.csv", constituency_csv(country));
  if (written) written = write_file(folder / "answers.csv", answers_csv(country));
  if (written) written = write_file(folder / "cases.jsonl", cases_jsonl(country));
  if (written) written = write_country_truth(country, folder / "truth.json");
  if (written) written = write_scan_days(country, folder);
  return written;
}

}  // namespace afterpatch::range
