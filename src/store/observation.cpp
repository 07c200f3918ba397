#include "store/observation.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <initializer_list>

#include "base/hash.h"
#include "base/text.h"

namespace afterpatch::store {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 16;
constexpr std::array<std::string_view, 6> kExposures = {"unpatched",    "unsupported", "build-ambiguous",
                                                        "not-affected", "patched",     "unknown"};

// Collects the first fault, so that the caller reads as one list of fields.
class Fields {
 public:
  Fields(const json::object& object, const std::string& where) : object_(object), where_(where) {}

  std::string text(std::string_view key, bool required) {
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && value->is_string()) return kept(key, value->get_string());
    if (required || (value != nullptr && !value->is_null())) complain(key, "a text");
    return {};
  }

  std::int64_t number(std::string_view key, std::int64_t low, std::int64_t high) {
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && value->is_int64() && value->get_int64() >= low && value->get_int64() <= high)
      return value->get_int64();
    complain(key, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return low;
  }

  bool flag(std::string_view key, bool fallback) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || value->is_null()) return fallback;
    if (value->is_bool()) return value->get_bool();
    complain(key, "true or false");
    return fallback;
  }

  std::string joined(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_array()) return complain(key, "a list of texts"), std::string();
    std::string out;
    for (const json::value& item : value->get_array()) {
      if (!item.is_string()) return complain(key, "a list of texts"), std::string();
      out += (out.empty() ? "" : ",") + kept(key, item.get_string());
    }
    return out;
  }

  void complain(std::string_view key, const std::string& expected) {
    if (error_.what.empty())
      error_ = {"'" + std::string(key) + "' is missing or wrong", where_, "expected " + expected};
  }

  const Error& error() const { return error_; }

 private:
  // PostgreSQL keeps no NUL in a text.
  std::string kept(std::string_view key, const json::string& value) {
    if (value.find('\0') != json::string::npos) complain(key, "a text without NUL");
    return std::string(value);
  }

  const json::object& object_;
  const std::string& where_;
  Error error_;
};

void read_place(Fields& fields, Observation& out) {
  const std::string time = fields.text("time", true);
  const auto parsed = parse_time(time);
  if (parsed)
    out.time = *parsed;
  else
    fields.complain("time", "such as 2021-03-05T10:00:00Z");
  out.address = canonical_address(fields.text("address", true));
  if (out.address.empty()) fields.complain("address", "an IPv4 or IPv6 address");
  out.port = static_cast<std::uint16_t>(fields.number("port", 1, 65535));
  out.name = to_lower_ascii(fields.text("name", false));
}

void read_findings(Fields& fields, Observation& out) {
  out.reached = fields.flag("reached", true);
  out.product = fields.text("product", false);
  out.exposure = fields.text("exposure", false);
  if (out.exposure.empty()) out.exposure = "unknown";
  if (!is_exposure(out.exposure)) fields.complain("exposure", "one of the words in docs/store.md");
  out.confidence = fields.text("confidence", false);
  out.builds = fields.joined("builds");
  out.country = fields.text("country", false);
  out.network = fields.text("network", false);
  out.sector = fields.text("sector", false);
}

bool is_place(std::string_view key) {
  return key == "time" || key == "address" || key == "port" || key == "name";
}

void append_json(std::string& out, json::serializer& serializer) {
  std::array<char, 512> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  while (!serializer.done()) {
    const json::string_view part = serializer.read(room.data(), room.size());
    out.append(part.data(), part.size());
  }
}

void append_member(std::string& object, const json::key_value_pair& member) {
  json::serializer serializer;
  object += object.empty() ? '{' : ',';
  serializer.reset(member.key());
  append_json(object, serializer);
  object += ':';
  serializer.reset(&member.value());
  append_json(object, serializer);
}

void append_member(std::string& object, std::string_view written) {
  object += object.empty() ? '{' : ',';
  object += written;
}

// SHA-256 of address, port, name and what was found. Servers do not share states, although findings may be
// equal: the evidence that is kept with one is its own.
std::string digest_of(const Observation& observation, std::string_view finding) {
  std::string text;
  text.reserve(observation.address.size() + observation.name.size() + finding.size() + 8);
  text.append(observation.address).append(1, '\n').append(std::to_string(observation.port)).append(1, '\n');
  text.append(observation.name).append(1, '\n').append(finding);
  return sha256(text);
}

// What is left without time and place, keys in order, so that equal findings are equal bytes. Without
// `evidence` and `errors` it is the finding.
void read_content(const json::object& object, std::size_t line_bytes, Observation& out) {
  std::vector<const json::key_value_pair*> kept;
  kept.reserve(object.size());
  for (const json::key_value_pair& entry : object) {
    if (!is_place(entry.key())) kept.push_back(&entry);
  }
  std::sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  std::string finding;
  finding.reserve(line_bytes);
  out.content.reserve(line_bytes);
  for (const auto* entry : kept) {
    const std::size_t start = out.content.size() + 1;
    append_member(out.content, *entry);
    if (entry->key() != "evidence" && entry->key() != "errors")
      append_member(finding, std::string_view(out.content).substr(start));
  }
  out.content += out.content.empty() ? "{}" : "}";
  finding += finding.empty() ? "{}" : "}";
  out.digest = digest_of(out, finding);
}

}  // namespace

bool is_exposure(std::string_view word) {
  return std::find(kExposures.begin(), kExposures.end(), word) != kExposures.end();
}

std::string canonical_address(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN) return {};
  const std::string terminated(text);
  for (const int family : {AF_INET, AF_INET6}) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    std::array<char, INET6_ADDRSTRLEN> written{};
    if (inet_pton(family, terminated.c_str(), address.data()) == 1 &&
        inet_ntop(family, address.data(), written.data(), written.size()) != nullptr)
      return written.data();
  }
  return {};
}

Result<Observation> read_scan_line(std::string_view line, const std::string& where) {
  if (line.size() > kMaxObservationBytes) return fail("a record longer than 256 KiB", where);
  std::array<unsigned char, 16384> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): the parser's
  json::monotonic_resource memory(room.data(), room.size());
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error, &memory, options);
  if (error || !value.is_object()) return fail("no JSON object", where, "one object a line is expected");
  Fields fields(value.get_object(), where);
  Observation out;
  read_place(fields, out);
  read_findings(fields, out);
  if (!fields.error().what.empty()) return std::unexpected(fields.error());
  read_content(value.get_object(), line.size(), out);
  return out;
}

}  // namespace afterpatch::store
