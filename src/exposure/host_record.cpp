#include "exposure/host_record.h"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

namespace afterpatch::exposure {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kProductWords = {
    "unknown", "exchange-self-hosted", "exchange-hybrid", "exchange-online", "not-exchange"};
constexpr std::array<std::string_view, 6> kStatusWords = {"not-affected",    "patched",   "unknown",
                                                          "build-ambiguous", "unpatched", "unsupported"};
constexpr std::array<std::string_view, 3> kConfidenceWords = {"possible", "likely", "confirmed"};
constexpr std::size_t kMaxLineBytes = 1U << 20U;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array texts(const std::vector<std::string>& all) {
  return json::array(all.begin(), all.end());
}

json::value tls_value(const std::optional<TlsFacts>& tls) {
  if (!tls) return nullptr;
  return json::object{{"version", tls->version}, {"names", texts(tls->names)}, {"sha256", tls->sha256}};
}

// Reads keys of an object and remembers the first that is not as it should be.
class ObjectReader {
 public:
  explicit ObjectReader(const json::object& object) : object_(object) {}

  std::string text(const char* key) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    note(key);
    return {};
  }
  bool flag(const char* key) {
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    note(key);
    return false;
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> all;
    for (const json::value& value : list(key)) {
      if (value.is_string()) {
        all.emplace_back(value.get_string());
      } else {
        note(key);
      }
    }
    return all;
  }
  const json::array& list(const char* key) {
    static const json::array none;
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && value->is_array()) return value->get_array();
    note(key);
    return none;
  }
  template <typename Enum, std::size_t N>
  Enum word(const char* key, const std::array<std::string_view, N>& words) {
    return word_of<Enum>(text(key), key, words);
  }
  template <typename Enum, std::size_t N>
  Enum word_of(std::string_view text, const char* key, const std::array<std::string_view, N>& words) {
    const auto found = std::ranges::find(words, text);
    if (found == words.end()) note(key);
    return static_cast<Enum>(found == words.end() ? 0 : found - words.begin());
  }
  const json::object* object(const char* key) {
    const json::value* value = object_.if_contains(key);
    return value != nullptr ? value->if_object() : nullptr;
  }
  void note(const char* key) {
    if (fault_.empty()) fault_ = key;
  }
  const std::string& fault() const { return fault_; }

 private:
  const json::object& object_;
  std::string fault_;
};

void read_evidence(ObjectReader& reader, HostRecord& record) {
  for (const json::value& value : reader.list("evidence")) {
    if (!value.is_object()) return reader.note("evidence");
    ObjectReader entry(value.get_object());
    record.evidence.push_back({entry.text("probe"), entry.text("says")});
  }
  for (const json::value& value : reader.list("errors")) {
    if (!value.is_object()) return reader.note("errors");
    ObjectReader entry(value.get_object());
    record.errors.push_back({entry.text("probe"), entry.text("kind")});
  }
}

void read_status(ObjectReader& reader, HostRecord& record) {
  const json::object* status = reader.object("status");
  if (status == nullptr) return reader.note("status");
  for (const auto& entry : *status) {
    if (!entry.value().is_string()) return reader.note("status");
    record.status[std::string(entry.key())] =
        reader.word_of<BuildStatus>(std::string_view(entry.value().get_string()), "status", kStatusWords);
  }
}

void read_place(ObjectReader& reader, const json::object& object, HostRecord& record) {
  const auto time = parse_time(reader.text("time"));
  const auto address = parse_address(reader.text("address"));
  const json::value* port = object.if_contains("port");
  if (!time) reader.note("time");
  if (!address) reader.note("address");
  const bool sound_port =
      port != nullptr && port->is_int64() && port->get_int64() > 0 && port->get_int64() < 65536;
  if (!sound_port) reader.note("port");
  record.time = time.value_or(Timestamp{});
  record.address = address.value_or(Address{});
  record.port = sound_port ? static_cast<std::uint16_t>(port->get_int64()) : std::uint16_t{0};
  record.name = reader.text("name");
}

std::optional<TlsFacts> read_tls(ObjectReader& reader) {
  const json::object* object = reader.object("tls");
  if (object == nullptr) return std::nullopt;
  ObjectReader tls(*object);
  TlsFacts facts{tls.text("version"), tls.texts("names"), tls.text("sha256")};
  if (!tls.fault().empty()) reader.note("tls");
  return facts;
}

}  // namespace

std::string_view to_string(ProductKind kind) {
  return kProductWords[static_cast<std::size_t>(kind)];
}
std::string_view to_string(BuildStatus status) {
  return kStatusWords[static_cast<std::size_t>(status)];
}
std::string_view to_string(ScanConfidence confidence) {
  return kConfidenceWords[static_cast<std::size_t>(confidence)];
}

std::string to_json_line(const HostRecord& record) {
  json::object status;
  for (const auto& [cve, value] : record.status) status[cve] = to_string(value);
  json::array evidence;
  for (const Evidence& entry : record.evidence)
    evidence.push_back(json::object{{"probe", entry.probe}, {"says", entry.says}});
  json::array errors;
  for (const ProbeError& entry : record.errors)
    errors.push_back(json::object{{"probe", entry.probe}, {"kind", entry.kind}});
  json::object line{{"time", to_iso8601(record.time)},
                    {"address", to_string(record.address)},
                    {"port", record.port},
                    {"name", text_or_null(record.name)},
                    {"reached", record.reached},
                    {"tls", tls_value(record.tls)},
                    {"product", to_string(record.product)},
                    {"builds", texts(record.builds)},
                    {"status", std::move(status)},
                    {"exposure", to_string(record.exposure)},
                    {"confidence", to_string(record.confidence)},
                    {"evidence", std::move(evidence)},
                    {"country", text_or_null(record.country)},
                    {"network", text_or_null(record.network)},
                    {"sector", text_or_null(record.sector)},
                    {"errors", std::move(errors)}};
  if (!record.reverse_name.empty()) line["reverse_name"] = record.reverse_name;
  return json::serialize(line);
}

Result<HostRecord> parse_json_line(std::string_view line) {
  boost::system::error_code error;
  if (line.size() > kMaxLineBytes) return fail("a line of more than 1 MiB");
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error || !value.is_object())
    return fail("no JSON object", "", "expected one host a line (docs/scan-format.md)");
  ObjectReader reader(value.get_object());
  HostRecord record;
  read_place(reader, value.get_object(), record);
  record.reached = reader.flag("reached");
  record.tls = read_tls(reader);
  record.product = reader.word<ProductKind>("product", kProductWords);
  record.builds = reader.texts("builds");
  read_status(reader, record);
  record.exposure = reader.word<BuildStatus>("exposure", kStatusWords);
  record.confidence = reader.word<ScanConfidence>("confidence", kConfidenceWords);
  read_evidence(reader, record);
  record.country = reader.text("country");
  record.network = reader.text("network");
  record.sector = reader.text("sector");
  if (value.get_object().contains("reverse_name")) record.reverse_name = reader.text("reverse_name");
  if (!reader.fault().empty())
    return fail("key '" + reader.fault() + "' is missing or not as it should be", "",
                "see docs/scan-format.md");
  return record;
}

}  // namespace afterpatch::exposure
