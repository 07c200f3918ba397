#include "notify/message/notice_text.h"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

constexpr std::size_t kMaxName = 120;
constexpr std::size_t kMaxPlace = 300;
constexpr std::size_t kMaxSubject = 200;

// Notes each value that a template asks for and does not get.
class StrictContext : public kainjow::mustache::context<std::string> {
 public:
  explicit StrictContext(const data* values) : context(values) {}

  const data* get(const std::string& name) const override {
    const data* found = context::get(name);
    if (found == nullptr || (found->is_string() && trim(found->string_value()).empty()))
      missing_.insert(name);
    return found;
  }
  const std::set<std::string>& missing() const { return missing_; }

 private:
  mutable std::set<std::string> missing_;
};

Result<std::string> rendered(const std::string& text, const data& values, const std::string& name) {
  mustache renderer(text);
  renderer.set_custom_escape([](const std::string& value) { return value; });
  StrictContext context(&values);
  std::string out = renderer.render(context);
  if (!renderer.is_valid()) return fail("template can't be read: " + renderer.error_message(), name);
  if (!context.missing().empty())
    return fail(fmt::format("notice would have an empty place: {}", fmt::join(context.missing(), ", ")),
                name);
  return out;
}

// A text and the flag that says whether it is there.
void put(data& values, const std::string& key, const std::string& text) {
  values.set("has_" + key, !text.empty());
  if (!text.empty()) values.set(key, text);
}

std::string when(const std::optional<Timestamp>& time) {
  return time ? to_minute_text(*time) : std::string();
}

data findings_of(const ServerFacts& server, bool withheld) {
  data list{data::type::list};
  if (withheld) return list;
  for (const Finding& finding : server.findings) {
    if (list.list_value().size() == kNamedFindings) break;
    data one;
    one.set("place", one_line(finding.place, kMaxPlace));
    put(one, "seen", when(finding.seen));
    list.push_back(one);
  }
  return list;
}

Result<data> server_of(const ServerFacts& server, const LanguageWords& words, bool withheld) {
  const auto method = words.methods.find(server.method);
  if (method == words.methods.end()) return fail("no words for how this was seen: " + server.method);
  data one;
  one.set("address", one_line(server.address, kMaxName));
  put(one, "name", one_line(server.name, kMaxName));
  put(one, "build", withheld ? std::string() : one_line(server.build, kMaxName));
  put(one, "seen", withheld ? std::string() : when(server.seen));
  one.set("method", method->second);
  one.set("findings", findings_of(server, withheld));
  return one;
}

data steps_of(const std::vector<NoticeStep>& steps) {
  data list{data::type::list};
  int number = 0;
  for (const NoticeStep& step : steps) {
    data one;
    one.set("number", std::to_string(++number));
    one.set("text", step.text);
    data commands{data::type::list};
    for (const std::string& command : step.commands) commands.push_back(data(command));
    one.set("commands", commands);
    list.push_back(one);
  }
  return list;
}

void put_agency(data& values, const Agency& agency) {
  values.set("agency", one_line(agency.name, kMaxName));
  values.set("phone", one_line(agency.phone, kMaxName));
  values.set("verify_page", one_line(agency.verify_page, kMaxPlace));
  put(values, "fingerprint", one_line(agency.fingerprint, kMaxName));
}

void put_case(data& values, const NoticeFacts& facts) {
  const bool withheld = facts.to_hit_domain;
  const bool linked = facts.link.has_value() && !withheld;
  values.set("case_number", one_line(facts.case_number, kMaxName));
  values.set("organisation", one_line(facts.organisation, kMaxName));
  const ServerFacts& first = facts.servers.front();
  values.set("first_server", one_line(first.name.empty() ? first.address : first.name, kMaxName));
  values.set("server_count", std::to_string(facts.servers.size()));
  values.set("withheld", withheld);
  values.set("has_list", facts.to_provider && !withheld);
  put(values, "link", linked ? one_line(*facts.link, kMaxPlace) : std::string());
  values.set("no_link", !linked);
  const std::size_t more = facts.servers.size() - std::min(facts.servers.size(), kNamedServers);
  put(values, "more", more == 0 ? std::string() : std::to_string(more));
}

Result<void> put_servers(data& values, const NoticeFacts& facts, const LanguageWords& words) {
  data list{data::type::list};
  for (const ServerFacts& server : facts.servers) {
    if (list.list_value().size() == kNamedServers) break;
    Result<data> one = server_of(server, words, facts.to_hit_domain);
    if (!one) return std::unexpected(one.error());
    list.push_back(*one);
  }
  values.set("servers", list);
  return {};
}

std::string meaning_of(const NoticeFacts& facts) {
  return facts.to_provider ? "provider" : facts.reason;
}

Result<void> put_campaign(data& values, const NoticeFacts& facts, const LanguageWords& words) {
  const auto campaign = words.campaigns.find(facts.campaign);
  if (campaign == words.campaigns.end())
    return fail("campaign has no notice texts: " + one_line(facts.campaign, kMaxName), {},
                "docs/notices.md says how to write them");
  const auto means = campaign->second.means.find(meaning_of(facts));
  if (means == campaign->second.means.end())
    return fail("no words for this reason: " + one_line(facts.reason, kMaxName));
  values.set("flaw", campaign->second.flaw);
  values.set("means", means->second);
  values.set("steps", steps_of(campaign->second.steps.at(kind_of(facts))));
  const auto legal = words.legal.find(facts.country);
  put(values, "legal", legal == words.legal.end() ? std::string() : legal->second);
  return {};
}

// Sections that were left out leave several empty lines.
std::string without_empty_runs(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    const bool empty = trim(line).empty();
    if (empty && (out.empty() || out.ends_with("\n\n"))) continue;
    if (!empty) out.append(line);
    out.push_back('\n');
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

// How many characters, not bytes; combining ones count as one more, which only breaks a line early.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::size_t hanging(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view text = line.substr(begin);
  if (text.starts_with("- ")) return begin + 2;
  const bool numbered =
      text.size() > 3 && text[0] >= '1' && text[0] <= '9' && text[1] == '.' && text[2] == ' ';
  return numbered ? begin + 3 : begin;
}

void wrap_line(std::string_view line, std::size_t width, std::string& out) {
  const std::string indent(hanging(line), ' ');
  std::size_t used = 0;
  bool first = true;
  for (const std::string_view word : split(line, ' ')) {
    const std::size_t length = length_of(word);
    if (!first && used > indent.size() && used + 1 + length > width) {
      out.append("\n").append(indent);
      used = indent.size();
    } else if (!first) {
      out.push_back(' ');
      ++used;
    }
    out.append(word);
    used += length;
    first = false;
  }
  out.push_back('\n');
}

}  // namespace

std::string template_id_of(std::string_view campaign, std::string_view meaning, std::string_view language) {
  return fmt::format("{}/{}/{}", campaign, meaning, language);
}

Result<NoticeText> write_notice(const NoticeLibrary& library, const Agency& agency,
                                const NoticeFacts& facts) {
  if (const Result<void> complete = check(agency); !complete) return std::unexpected(complete.error());
  const Result<const LanguageWords*> words = library.language(facts.language);
  if (!words) return std::unexpected(words.error());
  if (facts.servers.empty()) return fail("a notice about no server", facts.notice_id);
  data values;
  put_agency(values, agency);
  put_case(values, facts);
  if (const auto good = put_servers(values, facts, **words); !good) return std::unexpected(good.error());
  if (const auto good = put_campaign(values, facts, **words); !good) return std::unexpected(good.error());
  const NoticeTemplate& chosen = (*words)->templates.at(kind_of(facts));
  NoticeText text;
  text.template_id = template_id_of(facts.campaign, meaning_of(facts), facts.language);
  Result<std::string> subject = rendered(chosen.subject, values, text.template_id);
  if (!subject) return std::unexpected(subject.error());
  Result<std::string> body = rendered(chosen.body, values, text.template_id);
  if (!body) return std::unexpected(body.error());
  text.subject = one_line(*subject, kMaxSubject);
  text.body = without_empty_runs(*body);
  return text;
}

std::string wrapped(std::string_view body, std::size_t width) {
  std::string out;
  if (body.ends_with('\n')) body.remove_suffix(1);
  for (const std::string_view line : split(body, '\n')) {
    if (line.starts_with("    "))
      out.append(line).push_back('\n');
    else
      wrap_line(line, width, out);
  }
  return out;
}

}  // namespace afterpatch::notify
