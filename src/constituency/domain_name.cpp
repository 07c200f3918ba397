#include "constituency/domain_name.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::constituency {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035, section 2.3.4
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestText = 1024;  // before mapping

bool is_label(std::string_view label) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= kLongestLabel && std::ranges::all_of(label, allowed);
}

bool is_number(std::string_view label) {
  return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_name(std::string_view name) {
  if (name.size() > kLongestName) return false;
  const auto labels = split(name, '.');
  return labels.size() >= 2 && std::ranges::all_of(labels, is_label) && !is_number(labels.back());
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Empty if it is no name in any script.
std::string to_ascii_name(const std::string& text) {
  char* mapped = nullptr;
  if (idn2_to_ascii_8z(text.c_str(), &mapped, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK) return {};
  std::string name(mapped);
  idn2_free(mapped);
  return name;
}

}  // namespace

std::optional<std::string> host_name(std::string_view text) {
  text = trim(text);
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestText || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::string name = to_lower_ascii(text);
  if (!is_ascii(name)) {
    if (!is_utf8(name)) return std::nullopt;
    name = to_ascii_name(name);
  }
  return is_host_name(name) ? std::optional(std::move(name)) : std::nullopt;
}

std::string readable_name(const std::string& name) {
  char* unicode = nullptr;
  if (idn2_to_unicode_8z8z(name.c_str(), &unicode, 0) != IDN2_OK) return name;
  std::string readable(unicode);
  idn2_free(unicode);
  return readable;
}

bool is_private_name(std::string_view name) {
  static constexpr std::array<std::string_view, 14> kPrivate = {
      "local", "internal", "intranet",  "private", "corp",   "home",        "lan",
      "test",  "invalid",  "localhost", "intern",  "domain", "localdomain", "arpa"};
  const std::string_view last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
  return std::ranges::find(kPrivate, last) != kPrivate.end();
}

std::vector<std::string_view> suffixes_of(std::string_view name) {
  std::vector<std::string_view> suffixes;
  while (!name.empty()) {
    suffixes.push_back(name);
    const auto dot = name.find('.');
    name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  }
  return suffixes;
}

std::optional<std::string> domain_of_mail_address(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::nullopt : host_name(address.substr(at + 1));
}

struct PublicSuffixes::List {
  const psl_ctx_t* context = nullptr;
  bool owned = false;

  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() {
    if (owned) psl_free(const_cast<psl_ctx_t*>(context));
  }
};

Result<PublicSuffixes> PublicSuffixes::load(const std::string& file) {
  auto list = std::make_shared<List>();
  list->context = file.empty() ? psl_latest(nullptr) : psl_load_file(file.c_str());
  list->owned = list->context != nullptr && list->context != psl_builtin();
  if (list->context == nullptr && file.empty()) list->context = psl_builtin();
  if (list->context == nullptr)
    return fail("no list of public suffixes", file, "install the package publicsuffix, or name a file");
  return PublicSuffixes(std::move(list));
}

std::string PublicSuffixes::registrable(const std::string& name) const {
  const char* domain = psl_registrable_domain(list_->context, name.c_str());
  return domain == nullptr ? std::string() : std::string(domain);
}

bool PublicSuffixes::is_public_suffix(const std::string& name) const {
  return psl_is_public_suffix(list_->context, name.c_str()) == 1;
}

}  // namespace afterpatch::constituency
