#include "constituency/security_txt.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::constituency {
namespace {

constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kMostValues = 16;
constexpr std::size_t kLongestValue = 2048;

// A contact is a URI: mailto:, tel: or https: (section 2.5.3).
std::optional<Contact> contact_of(std::string_view uri) {
  Contact contact;
  std::optional<std::string> value;
  if (starts_with_ignoring_case(uri, "mailto:")) {
    const auto address = uri.substr(7);
    value = mail_address(percent_decode(address.substr(0, address.find('?'))));
  } else if (starts_with_ignoring_case(uri, "tel:")) {
    contact.channel = Channel::phone;
    value = phone_number(uri.substr(4));
  } else if (starts_with_ignoring_case(uri, "https://")) {
    contact.channel = Channel::web_form;
    value = web_address(uri);
  } else {
    value = mail_address(uri);  // not what the RFC allows, but what many write
  }
  if (!value) return std::nullopt;
  contact.rung = Rung::security_txt;
  contact.value = std::move(*value);
  return contact;
}

class Reader {
 public:
  Reader(const std::string& domain, Timestamp fetched) : fetched_(fetched) { file_.domain = domain; }

  void read(std::string_view line) {
    ++number_;
    line = trim(line);
    if (line.starts_with("-----BEGIN PGP SIGNED MESSAGE-----")) file_.signature_seen = true;
    if (line.starts_with("-----BEGIN PGP SIGNATURE-----")) ended_ = true;
    if (line.starts_with("- ")) line = trim(line.substr(2));  // dash-escaped, RFC 4880, section 7.1
    if (ended_ || line.empty() || line.front() == '#') return;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.size() > kLongestValue) return;
    take(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }

  Result<SecurityTxt> take_file() {
    if (file_.contacts.empty()) return fail("no contact in it", file_.domain + "/security.txt", {});
    if (!file_.expires) fault("no Expires, which RFC 9116 asks for");
    if (file_.expires && *file_.expires < fetched_)
      fault("expired on " + to_date_text(*file_.expires) + ": its contacts may be out of date");
    if (!file_.signature_seen)
      fault("not signed: anybody who can write to the web server can have written it");
    for (Contact& contact : file_.contacts) {
      contact.provenance = "https://" + file_.domain + "/.well-known/security.txt";
      contact.learnt = fetched_;
      if (!file_.languages.empty()) contact.language = file_.languages.front();
      if (contact.channel == Channel::email) contact.pgp_fingerprint = fingerprint_;
    }
    return std::move(file_);
  }

 private:
  void fault(std::string what) {
    if (file_.faults.size() < kMostFaults) file_.faults.push_back(std::move(what));
  }
  void fault_here(std::string_view what) { fault(fmt::format("line {}: {}", number_, what)); }

  void take(std::string_view key, std::string_view value) {
    if (equals_ignoring_case(key, "Contact")) {
      take_contact(value);
    } else if (equals_ignoring_case(key, "Expires")) {
      if (file_.expires) return fault_here("Expires a second time");
      file_.expires = parse_time(value);
      if (!file_.expires) fault_here("Expires is no date");
    } else if (equals_ignoring_case(key, "Encryption")) {
      take_encryption(value);
    } else if (equals_ignoring_case(key, "Preferred-Languages")) {
      take_languages(value);
    }
  }

  void take_contact(std::string_view value) {
    if (file_.contacts.size() >= kMostSecurityTxtContacts) return;
    auto contact = contact_of(value);
    contact ? file_.contacts.push_back(std::move(*contact)) : fault_here("no contact that we can use");
  }

  void take_encryption(std::string_view value) {
    if (file_.encryption.size() >= kMostValues) return;
    file_.encryption.push_back(to_utf8(value));
    if (!starts_with_ignoring_case(value, "openpgp4fpr:") || !fingerprint_.empty()) return;
    fingerprint_ = pgp_fingerprint(value.substr(12)).value_or("");
  }

  void take_languages(std::string_view value) {
    for (const std::string_view part : split(value, ',')) {
      const auto tag = language_tag(part);
      if (tag && file_.languages.size() < kMostValues) file_.languages.push_back(*tag);
    }
  }

  Timestamp fetched_;
  SecurityTxt file_;
  std::string fingerprint_;
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<SecurityTxt> read_security_txt(std::string_view text, const std::string& domain, Timestamp fetched) {
  const std::string where = domain + "/security.txt";
  if (text.size() > kMostSecurityTxtBytes) return fail("longer than 64 KiB", where, {});
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader reader(domain, fetched);
  for (const std::string_view line : split(text, '\n')) reader.read(line);
  return reader.take_file();
}

}  // namespace afterpatch::constituency
