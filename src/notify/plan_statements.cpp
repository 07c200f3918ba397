#include "notify/plan_statements.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "notify/fields.h"
#include "notify/plan_contact.h"

namespace afterpatch::notify {
namespace {

namespace json = boost::json;

store::Statement said(Timestamp now, const std::string& kind, const std::string& subject_kind,
                      const std::string& subject, std::string key, const json::object& content) {
  return {now, now, "notify", kind, subject_kind, subject, std::move(key), json::serialize(content)};
}

json::object place_of(const store::ServerRow& server) {
  return {{"address", server.address}, {"port", server.port}};
}

json::array places_of(const std::vector<store::ServerRow>& servers) {
  json::array list;
  for (const store::ServerRow& server : servers) list.push_back(place_of(server));
  return list;
}

json::object told_of(const store::ServerRow& server) {
  json::object told = place_of(server);
  told["name"] = server.name;
  told["reason"] = reason_of(server);
  told["exposure"] = server.exposure;
  told["build"] = server.builds;
  told["seen"] = exact_time(server.last_seen);
  told["door_present"] = server.door_present;
  return told;
}

// Where nobody said which language: that of the country, if there is a text in it.
std::string language_of_country(const std::string& country) {
  static const std::map<std::string, std::string> kLanguages = {
      {"DE", "de"}, {"AT", "de"}, {"CH", "de"}, {"LI", "de"}, {"FR", "fr"}, {"LU", "fr"}, {"MC", "fr"},
      {"ES", "es"}, {"MX", "es"}, {"AR", "es"}, {"CL", "es"}, {"CO", "es"}, {"PE", "es"}};
  const auto found = kLanguages.find(country);
  return found == kLanguages.end() ? std::string() : found->second;
}

std::string language_of(const Target& target, const ContactChoice& contact, const PlanSettings& settings) {
  for (const std::string& wish :
       {contact.language, target.addressee.language, language_of_country(target.addressee.country)}) {
    const std::string language = wish.substr(0, wish.find('-'));
    if (std::ranges::find(settings.languages, language) != settings.languages.end()) return language;
  }
  return settings.languages.empty() ? "en" : settings.languages.front();
}

json::object content_of(const Target& target, const NoticeDraft& draft) {
  json::array servers;
  for (const store::ServerRow& server : draft.servers) servers.push_back(told_of(server));
  json::array postal;
  for (const std::string& line : draft.chosen.contact.postal) postal.emplace_back(line);
  const ContactChoice& contact = draft.chosen.contact;
  // An abuse desk is addressed by its own name, and does not learn whose server it is.
  const bool foreign = is_of_network(contact) && !target.addressee.provider;
  const std::string& named = foreign && !contact.person.empty() ? contact.person : target.addressee.name;
  return {{"organisation", named},
          {"country", target.addressee.country},
          {"rung", draft.chosen.contact.rung},
          {"person", draft.chosen.contact.person},
          {"postal", std::move(postal)},
          {"to_hit_domain", draft.chosen.restrained},
          {"servers", std::move(servers)}};
}

}  // namespace

store::Statement opening(const Target& target, const PlannedCase& planned, const PlanSettings& settings,
                         Timestamp now) {
  json::object content = {{"organisation", planned.organisation},
                          {"campaign", planned.campaign},
                          {"reason", planned.reason},
                          {"servers", places_of(target.servers)},
                          {"held_until", time_or_null(planned.held_until)}};
  if (settings.hold_to > settings.hold_from) {
    content["hold_from_minutes"] = settings.hold_from.count();
    content["hold_to_minutes"] = settings.hold_to.count();
  }
  // The key keeps two planners from opening two cases.
  return said(now, "case-opened", "case", planned.number,
              fmt::format("case:{}:{}", planned.organisation, planned.campaign), content);
}

store::Statement server_added(const std::string& number, const store::ServerRow& server, Timestamp now) {
  return said(now, "server-added", "case", number,
              fmt::format("server:{}:{}", number, store::server_subject(server.address, server.port)),
              place_of(server));
}

store::Statement went_silent(const std::string& number, const store::NoticeRow& notice,
                             std::chrono::hours silence, Timestamp now) {
  return said(now, "went-silent", "case", number, "silent:" + notice.id,
              {{"notice", notice.id}, {"hours", silence.count()}});
}

store::Statement no_contact_left(const PlannedCase& planned, Timestamp now) {
  return said(now, "no-contact-left", "case", planned.number, "", {{"why", planned.why}});
}

store::Statement notice_planned(const Target& target, const PlannedCase& planned, const NoticeDraft& draft,
                                const PlanSettings& settings, Timestamp now) {
  const ContactChoice& contact = draft.chosen.contact;
  const std::string channel = channel_of(target.addressee, contact);
  const bool to_provider = target.addressee.provider || is_of_network(contact);
  const std::string id = fmt::format("{}.{}", planned.number, draft.index);
  const json::object content = {{"channel", channel},
                                {"recipient", contact.recipient},
                                {"language", language_of(target, contact, settings)},
                                {"text", to_provider ? "provider" : planned.reason},
                                {"why", planned.why},
                                {"not_before", time_or_null(draft.not_before)},
                                {"content", content_of(target, draft)}};
  return said(now, "notice-planned", "notice", id, "planned:" + id, content);
}

}  // namespace afterpatch::notify
