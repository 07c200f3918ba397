#include "report/sharing/victim_names.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sharing/common_words.h"
#include "report/sharing/named_by_form.h"

namespace afterpatch::report {
namespace {

// A shorter name would be found inside words that have nothing to do with it; it is looked for as a whole
// word.
constexpr std::size_t kShortestInsideWords = 5;
constexpr std::size_t kShortestName = 2;
constexpr std::size_t kLongestName = 256;  // DNS allows 253 (RFC 1035), Windows 256 (UNLEN)

// Facts of a detection that hold one account each.
constexpr std::array<std::string_view, 5> kAccountFacts = {"user", "claimed-user", "impersonated",
                                                           "token-user", "target-user"};
// Facts that hold host names, perhaps with a port or among other words.
constexpr std::array<std::string_view, 8> kHostFacts = {
    "host", "server", "computer", "target-server", "backend-cookie", "routing-hint", "anchor", "peer"};

// Ends of what looks like a host name and is a file.
constexpr std::array<std::string_view, 12> kFileEnds = {".xml", ".asmx", ".aspx", ".ashx", ".js",  ".png",
                                                        ".css", ".html", ".gif",  ".svc",  ".txt", ".asp"};

bool is_file_name(std::string_view name) {
  return std::ranges::any_of(kFileEnds, [&](std::string_view end) { return name.ends_with(end); });
}

bool has_letter(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return to_lower_ascii(c) >= 'a' && to_lower_ascii(c) <= 'z'; });
}

bool is_word_byte(char c) {
  return is_name_byte(c) && c != '.' && c != '-' && c != '_';
}

bool is_whole_word(std::string_view text, std::size_t at, std::size_t length) {
  const bool starts = at == 0 || !is_word_byte(text[at - 1]) || !is_word_byte(text[at]);
  const std::size_t end = at + length;
  return starts && (end == text.size() || !is_word_byte(text[end]) || !is_word_byte(text[end - 1]));
}

}  // namespace

VictimNames::VictimNames(const assess::HuntReport& hunt) {
  add_report(hunt);
  for (const assess::HuntReport& other : hunt.other_campaigns) add_report(other);
  index_names();
}

void VictimNames::add_report(const assess::HuntReport& hunt) {
  add_servers(hunt);
  for (const assess::ServerReport& server : hunt.servers) add_conclusions(server);
  for (const assess::ServerReport& server : hunt.servers) {
    for (const detect::Detection& detection : server.detections) add_facts(detection);
  }
}

void VictimNames::index_names() {
  for (const auto& [name, pseudonym] : pseudonyms_)
    lengths_[name.substr(0, kShortestName)].push_back(name.size());
  for (auto& [start, lengths] : lengths_) {
    std::ranges::sort(lengths, std::greater<>());
    const auto repeated = std::ranges::unique(lengths);
    lengths.erase(repeated.begin(), repeated.end());
  }
}

void VictimNames::add_servers(const assess::HuntReport& hunt) {
  for (std::size_t i = 0; i < hunt.servers.size(); ++i) {
    const std::string pseudonym = fmt::format("victim-server-{}", i + 1);
    for (const std::string& name : hunt.servers[i].names) add(name, "server", pseudonym);
    for (const std::string& name : hunt.servers[i].names) add_host(name);
  }
}

void VictimNames::add_conclusions(const assess::ServerReport& server) {
  for (const assess::Run& run : server.runs) {
    for (const std::string& host : run.hosts) add_hosts_in(host);
  }
  for (const assess::MailboxAccess& access : server.mailboxes) {
    const auto [entry, is_new] = mailboxes_.try_emplace(access.mailbox);
    if (is_new) entry->second = fmt::format("victim-mailbox-{}", mailboxes_.size());
    add(access.mailbox, "mailbox", entry->second);
    add_mailbox(access.mailbox);
  }
  for (const assess::ServerEvent& event : server.server_events) add_account(event.account);
}

void VictimNames::add_facts(const detect::Detection& detection) {
  for (const std::string_view fact : kAccountFacts) add_account(detection.field(fact));
  for (const std::string_view fact : kHostFacts) add_hosts_in(detection.field(fact));
}

void VictimNames::add(std::string_view name, std::string_view kind, std::string_view pseudonym) {
  const std::string lower = to_lower_ascii(trim(name));
  if (lower.size() < kShortestName || lower.size() > kLongestName || is_common_word(lower)) return;
  if (!has_letter(lower) && !is_ip(lower)) return;
  const auto [entry, is_new] = pseudonyms_.try_emplace(lower);
  if (!is_new) return;
  entry->second = pseudonym.empty() ? fmt::format("victim-{}-{}", kind, ++counts_[std::string(kind)])
                                    : std::string(pseudonym);
}

// "CONTOSO\jane", "jane@contoso.example", "EX01$", "jane".
void VictimNames::add_account(std::string_view name) {
  name = trim(name);
  if (name.ends_with('$')) name.remove_suffix(1);
  if (name.find('@') != std::string_view::npos) return add_mailbox(name);
  const std::size_t slash = name.find('\\');
  if (slash == std::string_view::npos) return add(name, "account");
  const std::string_view domain = name.substr(0, slash);
  add(domain, "domain");
  add(name.substr(slash + 1), "account");
}

// An address, a SID, or an X.500 name such as "/o=First/ou=Group/cn=Recipients/cn=jane", whose last part is
// the person and whose first is the organisation.
void VictimNames::add_mailbox(std::string_view name) {
  add(name, "account");
  if (const std::size_t at = name.find('@'); at != std::string_view::npos) {
    add(name.substr(0, at), "account");
    return add_domain(name.substr(at + 1));
  }
  for (const std::string_view part : split(name, '/')) {
    if (const std::size_t equals = part.find('='); equals != std::string_view::npos)
      add(part.substr(equals + 1), "account");
  }
}

// Whoever asks a server by its address writes that address as the host: it is the victim's.
void VictimNames::add_host(std::string_view name) {
  add(name, is_ip(name) ? "address" : "host");
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || is_ip(name)) return;
  add(name.substr(0, dot), "host");
  add_domain(name.substr(dot + 1));
}

// The whole, and its first label, by which an organisation is known as well.
void VictimNames::add_domain(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return;
  add(name, "domain");
  add(name.substr(0, dot), "domain");
}

void VictimNames::add_hosts_in(std::string_view text) {
  text = text.substr(0, kLongestName * 4);
  for (std::size_t at = 0; at < text.size();) {
    const auto* const end = std::find_if_not(text.begin() + at, text.end(), is_name_byte);
    const std::string word =
        to_lower_ascii(text.substr(at, static_cast<std::size_t>(end - text.begin()) - at));
    const bool alone = word.size() == text.size();
    const bool host = word.find('.') != std::string::npos && has_letter(word) && !is_file_name(word);
    if (host || alone || is_ip(word)) add_host(word);
    at += word.size() + 1;
  }
}

std::size_t VictimNames::name_at(const std::string& lower, std::size_t at) const {
  const auto known = lengths_.find(lower.substr(at, kShortestName));
  if (known == lengths_.end()) return 0;
  for (const std::size_t length : known->second) {
    if (at + length > lower.size()) continue;
    if (length < kShortestInsideWords && !is_whole_word(lower, at, length)) continue;
    if (pseudonyms_.contains(lower.substr(at, length))) return length;
  }
  return 0;
}

std::string VictimNames::hidden(std::string_view text) const {
  const std::string lower = to_lower_ascii(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool word_starts = at == 0 || !is_name_byte(text[at - 1]);
    if (const std::size_t length = name_at(lower, at); length > 0) {
      out += pseudonyms_.at(lower.substr(at, length));
      at += length;
    } else if (const NameByForm found = word_starts ? name_by_form(text, at) : NameByForm{};
               found.length > 0) {
      out += found.pseudonym;
      at += found.length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace afterpatch::report
