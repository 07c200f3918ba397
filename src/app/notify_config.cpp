#include "app/notify_config.h"

#include <charconv>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/text.h"
#include "knowledge/yaml_value.h"

namespace afterpatch::app {
namespace {

using knowledge::YamlValue;
using Path = std::filesystem::path;

constexpr std::uint64_t kMaxConfigBytes = 1U << 20U;
constexpr std::uint64_t kMaxSecretBytes = 4096;

// Reads one map of the file: each key is asked for once; what is left over is unknown.
class Section {
 public:
  Section(const YamlValue& map, std::string name, const std::string& file, Error& error)
      : map_(map), name_(std::move(name)), file_(file), error_(error) {}

  std::string text(const std::string& key, bool needed = false) {
    const YamlValue* value = find(key);
    if (value != nullptr && value->kind == YamlValue::Kind::scalar && !value->text.empty())
      return value->text;
    if (value != nullptr && value->kind != YamlValue::Kind::null && value->kind != YamlValue::Kind::scalar)
      complain(value->line, fmt::format("'{}' is no text", path(key)));
    if (needed) complain(map_.line, fmt::format("'{}' is missing", path(key)));
    return {};
  }

  std::int64_t number(const std::string& key, std::int64_t fallback, std::int64_t low, std::int64_t high) {
    const std::string given = text(key);
    if (given.empty()) return fallback;
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (failed == std::errc() && end == given.data() + given.size() && value >= low && value <= high)
      return value;
    complain(map_.line, fmt::format("'{}' is no whole number from {} to {}", path(key), low, high));
    return fallback;
  }

  std::vector<std::string> list(const std::string& key) {
    std::vector<std::string> out;
    const YamlValue* value = find(key);
    if (value == nullptr) return out;
    for (const YamlValue& item : value->items) out.push_back(item.text);
    return out;
  }

  Section section(const std::string& key) {
    static const YamlValue kNothing;
    const YamlValue* value = find(key);
    return {value == nullptr ? kNothing : *value, path(key), file_, error_};
  }

  bool is_there() const { return map_.kind == YamlValue::Kind::map; }

  void no_more_keys() {
    for (const YamlValue::Entry& entry : map_.entries) {
      if (!asked_.contains(entry.key)) complain(entry.line, fmt::format("unknown key '{}'", path(entry.key)));
    }
  }

  void complain(std::uint64_t line, const std::string& what) {
    if (error_.what.empty())
      error_ = {what, fmt::format("{}:{}", file_, line), "docs/notify.md has all keys"};
  }
  void complain(const std::string& what) { complain(map_.line, what); }

 private:
  std::string path(const std::string& key) const { return name_.empty() ? key : name_ + "." + key; }
  const YamlValue* find(const std::string& key) {
    asked_.insert(key);
    for (const YamlValue::Entry& entry : map_.entries) {
      if (entry.key == key) return &entry.value;
    }
    return nullptr;
  }

  const YamlValue& map_;
  std::string name_;
  const std::string& file_;
  Error& error_;
  std::set<std::string> asked_;
};

Path beside(const Path& file, const std::string& path) {
  return path.empty() ? Path() : file.parent_path() / path;  // an absolute path stays one
}

std::string read_secret(Section& section, const std::string& key, const Path& file, bool needed) {
  const std::string path = section.text(key, needed);
  if (path.empty()) return {};
  const auto content = read_file(beside(file, path), kMaxSecretBytes);
  if (!content) {
    section.complain(to_string(content.error()));
    return {};
  }
  return std::string(trim(*content));
}

notify::Tls read_tls(Section& section) {
  const std::string word = section.text("tls");
  if (word == "implicit") return notify::Tls::implicit;
  if (word == "none") return notify::Tls::none;
  if (!word.empty() && word != "starttls") section.complain("tls is one of: starttls, implicit, none");
  return notify::Tls::starttls;
}

notify::Agency read_agency(Section section) {
  notify::Agency agency;
  agency.name = section.text("name", true);
  agency.phone = section.text("phone", true);
  agency.verify_page = section.text("verify_page", true);
  agency.mail_address = section.text("mail", true);
  agency.reply_to = section.text("reply_to");
  agency.domain = section.text("domain");
  agency.postal = section.list("postal");
  section.no_more_keys();
  return agency;
}

notify::SmtpSettings read_smtp(Section section, const Path& file) {
  notify::SmtpSettings smtp;
  smtp.host = section.text("host", true);
  smtp.port = static_cast<std::uint16_t>(section.number("port", 587, 1, 65535));
  smtp.tls = read_tls(section);
  smtp.ca_file = beside(file, section.text("ca_file")).string();
  smtp.user = section.text("user");
  smtp.password = read_secret(section, "password_file", file, !smtp.user.empty());
  smtp.greeting_name = section.text("greeting_name");
  section.no_more_keys();
  return smtp;
}

std::optional<notify::ImapSettings> read_imap(Section section, const Path& file) {
  if (!section.is_there()) return std::nullopt;
  notify::ImapSettings imap;
  imap.host = section.text("host", true);
  imap.port = static_cast<std::uint16_t>(section.number("port", 143, 1, 65535));
  imap.tls = read_tls(section);
  imap.ca_file = beside(file, section.text("ca_file")).string();
  imap.user = section.text("user", true);
  imap.password = read_secret(section, "password_file", file, true);
  if (const std::string folder = section.text("folder"); !folder.empty()) imap.folder = folder;
  section.no_more_keys();
  return imap;
}

// The address of the mailbox is returned.
std::string read_mailbox(Section section, const Path& file, MailboxPlace& place) {
  const std::string address = section.text("address", true);
  place.maildir = beside(file, section.text("maildir"));
  place.imap = read_imap(section.section("imap"), file);
  if (place.maildir.empty() == !place.imap) section.complain("a mailbox needs either 'maildir' or 'imap'");
  section.no_more_keys();
  return address;
}

void read_rates(Section section, notify::OutboxSettings& outbox) {
  using std::chrono::milliseconds;
  outbox.between_messages = milliseconds(60'000 / section.number("messages_a_minute", 300, 1, 60'000));
  outbox.between_same_domain = milliseconds(60'000 / section.number("a_minute_to_one_domain", 30, 1, 60'000));
  outbox.grace = std::chrono::seconds(section.number("archive_grace_seconds", 600, 1, 86'400));
  outbox.lease = std::chrono::seconds(section.number("lease_seconds", 60, 1, 3600));
  section.no_more_keys();
}

void read_all(Section root, const Path& file, NotifyConfig& config) {
  config.agency = read_agency(root.section("agency"));
  if (const std::string prefix = root.text("case_prefix"); !prefix.empty()) config.case_prefix = prefix;
  config.link_base = root.text("link_base");
  config.link_valid = std::chrono::days(root.number("link_valid_days", 180, 1, 3650));
  config.smtp = read_smtp(root.section("smtp"), file);
  config.returns_address = read_mailbox(root.section("returns"), file, config.returns);
  config.smtp.archive = read_mailbox(root.section("archive"), file, config.archive);
  config.secret = read_secret(root, "secret_file", file, true);
  Section pgp = root.section("pgp");
  config.agency.fingerprint = pgp.text("fingerprint", pgp.is_there());
  config.pgp_home = beside(file, pgp.text("home"));
  pgp.no_more_keys();
  read_rates(root.section("sending"), config.outbox);
  config.remembered = beside(file, root.text("remembered"));
  if (config.remembered.empty()) config.remembered = file.parent_path();
  root.no_more_keys();
}

}  // namespace

Result<NotifyConfig> load_notify_config(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxConfigBytes);
  if (!text) return std::unexpected(text.error());
  const auto yaml = knowledge::parse_yaml(*text, file.string());
  if (!yaml) return std::unexpected(yaml.error());
  NotifyConfig config;
  Error error;
  const std::string name = file.string();
  read_all(Section(*yaml, "", name, error), std::filesystem::absolute(file), config);
  if (!error.what.empty()) return std::unexpected(error);
  if (const auto complete = notify::check(config.agency); !complete) return std::unexpected(complete.error());
  if (!config.link_base.empty() && !config.link_base.starts_with("https://"))
    return fail("link_base is no https:// address", name, "victims' links carry a token");
  return config;
}

}  // namespace afterpatch::app
