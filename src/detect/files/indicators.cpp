#include "detect/files/indicators.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kMaxValueBytes = 2048;
constexpr std::size_t kMinTextBytes = 4;  // shorter user agents and paths are everywhere

struct TypeWord {
  std::string_view word;
  IndicatorType type;
};
constexpr std::array kTypeWords = {
    TypeWord{"md5", IndicatorType::md5},
    TypeWord{"sha1", IndicatorType::sha1},
    TypeWord{"sha-1", IndicatorType::sha1},
    TypeWord{"sha256", IndicatorType::sha256},
    TypeWord{"sha-256", IndicatorType::sha256},
    TypeWord{"path", IndicatorType::path},
    TypeWord{"filepath", IndicatorType::path},
    TypeWord{"file-path", IndicatorType::path},
    TypeWord{"filename", IndicatorType::file_name},
    TypeWord{"file-name", IndicatorType::file_name},
    TypeWord{"ip", IndicatorType::ip},
    TypeWord{"ipv4", IndicatorType::ip},
    TypeWord{"ipv6", IndicatorType::ip},
    TypeWord{"ipv4-addr", IndicatorType::ip},
    TypeWord{"ipv6-addr", IndicatorType::ip},
    TypeWord{"ip-src", IndicatorType::ip},
    TypeWord{"ip-dst", IndicatorType::ip},
    TypeWord{"domain", IndicatorType::domain},
    TypeWord{"domain-name", IndicatorType::domain},
    TypeWord{"hostname", IndicatorType::domain},
    TypeWord{"url", IndicatorType::url},
    TypeWord{"url-path", IndicatorType::url_path},
    TypeWord{"uri", IndicatorType::url},
    TypeWord{"useragent", IndicatorType::user_agent},
    TypeWord{"user-agent", IndicatorType::user_agent},
};

// Digests of nothing: they match every empty file of every server.
constexpr std::array kEmptyDigests = {"d41d8cd98f00b204e9800998ecf8427e"sv,
                                      "da39a3ee5e6b4b0d3255bfef95601890afd80709"sv,
                                      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"sv};

using Normalised = Result<std::string>;

Normalised normalise_digest(std::string_view value, std::size_t digits) {
  std::string hex = to_lower_ascii(value);
  const bool sound = hex.size() == digits && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!sound) return fail(fmt::format("is not {} hexadecimal digits", digits));
  if (std::find(kEmptyDigests.begin(), kEmptyDigests.end(), hex) != kEmptyDigests.end()) {
    return fail("is the digest of an empty file");
  }
  return hex;
}

// "C:\X\y.aspx", "%ProgramData%\x", "frontend/httpproxy/y" -> lower case, '\', no drive, no '\' in front.
Normalised normalise_path(std::string_view value) {
  std::string path = to_lower_ascii(value);
  std::replace(path.begin(), path.end(), '/', '\\');
  if (path.size() > 2 && path[1] == ':') path.erase(0, 2);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kVariables = {
      {{"%windir%", "\\windows"},
       {"%systemroot%", "\\windows"},
       {"%systemdrive%", ""},
       {"%programdata%", "\\programdata"}}};
  for (const auto& [variable, folder] : kVariables) {
    if (path.starts_with(variable)) path = std::string(folder) + path.substr(variable.size());
  }
  if (path.find_first_of("*?%<>|\"") != std::string::npos)
    return fail("has wildcards or variables, which no file is compared with");
  const auto start = path.find_first_not_of('\\');
  if (start == std::string::npos || path.ends_with('\\')) return fail("names no file");
  return path.substr(start);
}

Normalised normalise_file_name(std::string_view value) {
  Normalised path = normalise_path(value);
  if (path && file_name(*path).size() < kMinTextBytes) return fail("is too short to tell anything");
  return path;
}

Normalised normalise_ip(std::string_view value) {
  if (value.find('/') != std::string_view::npos)
    return fail("is a range of addresses; list single addresses");
  const std::string text(value);
  std::array<unsigned char, sizeof(in6_addr)> address{};
  std::array<char, INET6_ADDRSTRLEN> shown{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, text.c_str(), address.data()) != 1) continue;
    if (std::all_of(address.begin(), address.end(), [](unsigned char byte) { return byte == 0; })) {
      return fail("is the unspecified address");
    }
    return std::string(inet_ntop(family, address.data(), shown.data(), static_cast<socklen_t>(shown.size())));
  }
  return fail("is no IP address");
}

Normalised normalise_domain(std::string_view value) {
  std::string domain = to_lower_ascii(value);
  if (domain.starts_with("*.")) domain.erase(0, 2);
  while (domain.ends_with('.')) domain.pop_back();
  const bool sound =
      domain.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string::npos &&
      domain.find('.') != std::string::npos && domain.size() <= 253 && !domain.starts_with('.');
  if (!sound) return fail("is no domain name");
  return domain;
}

Normalised normalise_url_path(std::string_view value) {
  std::string path = to_lower_ascii(value);
  if (!path.starts_with('/')) path.insert(0, 1, '/');
  if (path.size() < kMinTextBytes) return fail("is too short to tell anything");
  return path;
}

// Without scheme and user: "evil.example/a.aspx". A URL without a path is its host alone.
Normalised normalise_url(std::string_view value) {
  if (const auto scheme = value.find("://"); scheme != std::string_view::npos)
    value.remove_prefix(scheme + 3);
  const auto slash = value.find('/');
  if (const auto user = value.substr(0, slash).rfind('@'); user != std::string_view::npos)
    value.remove_prefix(user + 1);
  while (value.ends_with('/')) value.remove_suffix(1);
  if (value.size() < kMinTextBytes) return fail("is too short to tell anything");
  return to_lower_ascii(value);
}

Normalised normalise_user_agent(std::string_view value) {
  const std::string_view trimmed = trim(value);
  if (trimmed.size() < kMinTextBytes) return fail("is too short to tell anything");
  return std::string(trimmed);
}

Normalised normalise(IndicatorType type, std::string_view value) {
  if (value.empty()) return fail("is empty");
  if (value.size() > kMaxValueBytes) return fail(fmt::format("is longer than {} bytes", kMaxValueBytes));
  switch (type) {
    case IndicatorType::md5:
      return normalise_digest(value, 32);
    case IndicatorType::sha1:
      return normalise_digest(value, 40);
    case IndicatorType::sha256:
      return normalise_digest(value, 64);
    case IndicatorType::path:
      return normalise_path(value);
    case IndicatorType::file_name:
      return normalise_file_name(value);
    case IndicatorType::ip:
      return normalise_ip(value);
    case IndicatorType::domain:
      return normalise_domain(value);
    case IndicatorType::url:
      return normalise_url(value);
    case IndicatorType::url_path:
      return normalise_url_path(value);
    case IndicatorType::user_agent:
      return normalise_user_agent(value);
  }
  return fail("is of an unknown type");
}

// "[.]" and "hxxp": how published lists keep addresses from being clicked.
std::string refang(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i).starts_with("[.]") || value.substr(i).starts_with("(.)")) {
      out.push_back('.');
      i += 2;
    } else {
      out.push_back(value[i]);
    }
  }
  if (starts_with_ignoring_case(out, "hxxp")) out.replace(1, 2, "tt");
  return out;
}

bool is_name(IndicatorType type) {
  return type == IndicatorType::path || type == IndicatorType::file_name;
}
bool is_digest(IndicatorType type) {
  return type == IndicatorType::md5 || type == IndicatorType::sha1 || type == IndicatorType::sha256;
}
bool is_refangable(IndicatorType type) {
  return type == IndicatorType::ip || type == IndicatorType::domain || type == IndicatorType::url;
}

// The longest part of a user agent without ' ' and '+', which logs exchange for each other.
LogLiteral literal_of(const Indicator& indicator, std::uint32_t index) {
  LogLiteral literal{.type = indicator.type,
                     .value = indicator.value,
                     .witness = indicator.value,
                     .witness_offset = 0,
                     .indicator = index};
  if (indicator.type != IndicatorType::user_agent) return literal;
  std::size_t start = 0;
  literal.witness.clear();
  while (start < indicator.value.size()) {
    const std::size_t end = std::min(indicator.value.find_first_of(" +", start), indicator.value.size());
    if (end - start > literal.witness.size()) {
      literal.witness = indicator.value.substr(start, end - start);
      literal.witness_offset = start;
    }
    start = end + 1;
  }
  return literal;
}

}  // namespace

std::string_view to_string(IndicatorType type) {
  switch (type) {
    case IndicatorType::md5:
      return "md5";
    case IndicatorType::sha1:
      return "sha1";
    case IndicatorType::sha256:
      return "sha256";
    case IndicatorType::path:
      return "path";
    case IndicatorType::file_name:
      return "filename";
    case IndicatorType::ip:
      return "ip";
    case IndicatorType::domain:
      return "domain";
    case IndicatorType::url:
      return "url";
    case IndicatorType::url_path:
      return "url-path";
    case IndicatorType::user_agent:
      return "useragent";
  }
  return "unknown";
}

std::optional<IndicatorType> parse_indicator_type(std::string_view word) {
  std::string normal = to_lower_ascii(trim(word));
  std::replace(normal.begin(), normal.end(), '_', '-');
  const auto found = std::find_if(kTypeWords.begin(), kTypeWords.end(),
                                  [&](const TypeWord& known) { return known.word == normal; });
  if (found == kTypeWords.end()) return std::nullopt;
  return found->type;
}

std::optional<std::string> IndicatorSet::add(Indicator indicator) {
  const std::string value =
      is_refangable(indicator.type) ? refang(trim(indicator.value)) : std::string(trim(indicator.value));
  Normalised normal = normalise(indicator.type, value);
  if (!normal) return normal.error().what;
  indicator.value = std::move(*normal);
  if (indicator.type == IndicatorType::file_name && indicator.value.find('\\') != std::string::npos)
    indicator.type = IndicatorType::path;
  const auto index = static_cast<std::uint32_t>(indicators_.size());
  const auto [known, fresh] =
      by_value_.emplace(fmt::format("{}:{}", to_string(indicator.type), indicator.value), index);
  if (!fresh) {
    Indicator& first = indicators_[known->second];
    first.strong = first.strong || indicator.strong;
    first.web_shell = first.web_shell || indicator.web_shell;
    return std::nullopt;
  }
  if (is_digest(indicator.type)) by_digest_.emplace(indicator.value, index);
  if (is_name(indicator.type)) by_last_part_[std::string(file_name(indicator.value))].push_back(index);
  has_digests_ = has_digests_ || is_digest(indicator.type);
  has_old_digests_ =
      has_old_digests_ || indicator.type == IndicatorType::md5 || indicator.type == IndicatorType::sha1;
  indicators_.push_back(std::move(indicator));
  return std::nullopt;
}

void IndicatorSet::finish() {
  for (std::uint32_t i = 0; i < indicators_.size(); ++i) {
    const Indicator& indicator = indicators_[i];
    if (!is_digest(indicator.type) && !is_name(indicator.type)) literals_.push_back(literal_of(indicator, i));
  }
}

const Indicator* IndicatorSet::with_digest(std::string_view hex) const {
  const auto found = by_digest_.find(std::string(hex));
  return found == by_digest_.end() ? nullptr : &indicators_[found->second];
}

std::vector<const Indicator*> IndicatorSet::with_path(std::string_view windows_path) const {
  std::vector<const Indicator*> hits;
  const std::string path = to_lower_ascii(windows_path);
  const auto candidates = by_last_part_.find(std::string(file_name(path)));
  if (candidates == by_last_part_.end()) return hits;
  for (const std::uint32_t index : candidates->second) {
    const std::string& value = indicators_[index].value;
    if (!path.ends_with(value)) continue;
    const std::size_t start = path.size() - value.size();
    if (start == 0 || path[start - 1] == '\\') hits.push_back(&indicators_[index]);
  }
  return hits;
}

Claim indicator_claim(const Indicator& indicator) {
  const bool web_shell = indicator.web_shell && is_digest(indicator.type);
  Claim claim;
  claim.kind = RuleKind::indicator;
  claim.campaign = indicator.campaign;
  claim.rule_id = fmt::format("indicator-{}", to_string(indicator.type));
  claim.title = web_shell ? "Digest of a published web shell"
                          : fmt::format("Published indicator ({})", to_string(indicator.type));
  claim.step = web_shell ? Step::backdoor_file : Step::context;
  claim.confidence = indicator.strong ? Confidence::likely : Confidence::possible;
  claim.reason =
      fmt::format("{} {} is listed by {}", to_string(indicator.type), indicator.value, indicator.origin);
  if (!indicator.note.empty()) claim.reason += ": " + indicator.note;
  if (web_shell) claim.techniques = {"T1505.003"};
  claim.facts = {{"indicator", indicator.value}, {"indicator-origin", indicator.origin}};
  return claim;
}

}  // namespace afterpatch::detect::files
