#include "web/target.h"

#include <algorithm>

#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::web {
namespace {

constexpr std::size_t kMostDigits = 18;  // any 18 digits fit in 64 bits

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      if (at + 2 >= text.size() || !is_hex_digit(text[at + 1]) || !is_hex_digit(text[at + 2]))
        return fail("a % that is not followed by two hexadecimal digits");
      c = static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c)) return fail("a control character");
    out.push_back(c);
  }
  if (!is_utf8(out)) return fail("text that is not UTF-8");
  return out;
}

Result<std::vector<std::string>> parse_segments(std::string_view path) {
  std::vector<std::string> segments;
  if (path == "/") return segments;
  const auto parts = split(path.substr(1), '/');
  for (const std::string_view part : parts) {
    auto segment = decode(part, false);
    if (!segment) return std::unexpected(segment.error());
    if (segment->empty() || *segment == "." || *segment == "..")
      return fail("an empty, '.' or '..' part in the path");
    segments.push_back(std::move(*segment));
  }
  return segments;
}

}  // namespace

std::string_view Target::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

bool Target::has(std::string_view name) const {
  return std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first) != parameters.end();
}

Result<std::vector<std::pair<std::string, std::string>>> parse_parameters(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (query.empty()) return parameters;
  for (const std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    if (parameters.size() == kMaxParameters) return fail("too many parameters");
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = decode(part.substr(0, equals), true);
    auto value = decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name) return std::unexpected(name.error());
    if (!value) return std::unexpected(value.error());
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

Result<Target> parse_target(std::string_view target) {
  if (target.size() > kMaxTargetBytes) return fail("a target that is too long");
  if (!target.starts_with('/')) return fail("a target that is no absolute path");
  if (target.find_first_of("\\# ") != std::string_view::npos)
    return fail("a backslash, blank or # in the target");
  const std::size_t mark = std::min(target.find('?'), target.size());
  Target out;
  out.path = target.substr(0, mark);
  out.query = target.substr(std::min(mark + 1, target.size()));
  auto segments = parse_segments(out.path);
  if (!segments) return std::unexpected(segments.error());
  auto parameters = parse_parameters(out.query);
  if (!parameters) return std::unexpected(parameters.error());
  out.segments = std::move(*segments);
  out.parameters = std::move(*parameters);
  return out;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.empty() || text.size() > kMostDigits || !std::ranges::all_of(text, is_decimal_digit))
    return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return out;
}

}  // namespace afterpatch::web
