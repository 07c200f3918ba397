#include "app/store_statements.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <initializer_list>

#include "base/csv.h"
#include "base/hash.h"
#include "base/text.h"
#include "store/observation.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxEventBytes = 64U << 10U;
constexpr std::size_t kMaxDepth = 32;

Result<json::object> parse_object(std::string_view text, const std::string& where) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return fail("no JSON object", where, "one object a line is expected");
  return std::move(value.get_object());
}

std::string text_of(const json::value* value) {
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return value->is_int64() ? std::to_string(value->get_int64()) : std::string();
}

// "source.ip", or "ip" within "source".
std::string event_field(const json::object& event, std::string_view key) {
  if (const json::value* flat = event.if_contains(key)) return text_of(flat);
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos) return {};
  const json::value* group = event.if_contains(key.substr(0, dot));
  return group != nullptr && group->is_object() ? event_field(group->get_object(), key.substr(dot + 1))
                                                : std::string();
}

bool speaks_of_a_door(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    for (const char* word : {"webshell", "web-shell", "web shell", "backdoor"}) {
      if (contains_ignoring_case(text, word)) return true;
    }
  }
  return false;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// Subject and key of a record that names a server; the key is the record itself.
Result<store::Statement> statement_about(const std::string& source, const std::string& address,
                                         const std::string& port, const std::string& time,
                                         const std::string& where, std::string_view record, Timestamp now) {
  const std::string canonical = store::canonical_address(address);
  if (canonical.empty()) return fail("'" + address + "' is no address", where);
  const auto number = port.empty() ? std::optional<std::uint16_t>(443) : parse_port(port);
  if (!number) return fail("'" + port + "' is no port", where);
  const auto moment = time.empty() ? std::optional<Timestamp>(now) : parse_time(time);
  if (!moment) return fail("'" + time + "' is no time", where, "such as 2021-03-05T10:00:00Z");
  store::Statement statement{.time = *moment,
                             .received = now,
                             .source = source,
                             .kind = "reported",
                             .subject_kind = "server",
                             .subject = store::server_subject(canonical, *number)};
  statement.key = sha256(record);
  return statement;
}

std::string door_content(const std::string& campaign, const std::string& url, const std::string& what) {
  return json::serialize(
      json::object{{"campaign", campaign}, {"url", url}, {"door_present", true}, {"identifier", what}});
}

}  // namespace

std::optional<ServerPlace> parse_server(std::string_view text) {
  if (const std::string alone = store::canonical_address(text); !alone.empty())
    return ServerPlace{alone, 443};
  if (text.starts_with('[') && text.ends_with(']')) return parse_server(text.substr(1, text.size() - 2));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  const std::string canonical = store::canonical_address(address);
  const auto port = parse_port(text.substr(colon + 1));
  if (canonical.empty() || !port) return std::nullopt;
  return ServerPlace{canonical, *port};
}

Result<store::Statement> read_intelmq_event(std::string_view line, const std::string& where,
                                            const std::string& campaign, Timestamp now) {
  auto event = parse_object(line, where);
  if (!event) return std::unexpected(event.error());
  const auto at = [&](std::string_view key) { return event_field(*event, key); };
  std::string time = at("time.source");
  if (time.empty()) time = at("time.observation");
  if (time.empty()) return fail("'time.source' is missing", where);
  auto statement = statement_about("intelmq", at("source.ip"), at("source.port"), time, where, line, now);
  if (!statement) return statement;
  if (speaks_of_a_door({at("classification.type"), at("classification.identifier"), at("malware.name"),
                        at("event_description.text")})) {
    statement->kind = "door-seen";
    statement->content = door_content(campaign, at("source.url"), at("classification.identifier"));
    return statement;
  }
  event->erase("raw");
  statement->content = json::serialize(*event);
  if (statement->content.size() > kMaxEventBytes) return fail("an event longer than 64 KiB", where);
  return statement;
}

Result<store::Statement> read_statement(std::string_view line, const std::string& where, Timestamp now) {
  const auto object = parse_object(line, where);
  if (!object) return std::unexpected(object.error());
  const auto text = [&](const char* key) { return text_of(object->if_contains(key)); };
  const auto time = parse_time(text("time"));
  if (!time) return fail("'time' is missing or no time", where, "such as 2021-03-05T10:00:00Z");
  store::Statement statement{.time = *time,
                             .received = parse_time(text("received")).value_or(now),
                             .source = text("source"),
                             .kind = text("kind"),
                             .subject_kind = text("subject_kind"),
                             .subject = text("subject"),
                             .key = text("key")};
  for (const auto& [name, value] :
       {std::pair("source", statement.source), std::pair("kind", statement.kind),
        std::pair("subject_kind", statement.subject_kind), std::pair("subject", statement.subject)}) {
    if (value.empty())
      return fail(std::string("'") + name + "' is missing", where, "docs/store.md lists statements");
  }
  const json::value* content = object->if_contains("content");
  if (content != nullptr && !content->is_object()) return fail("'content' is no JSON object", where);
  if (content != nullptr) statement.content = json::serialize(*content);
  return statement;
}

Result<TableColumns> TableColumns::make(std::string_view header, const std::string& where) {
  if (header.starts_with("\xEF\xBB\xBF")) header.remove_prefix(3);
  const auto names = parse_csv_row(header, where);
  if (!names) return std::unexpected(names.error());
  TableColumns columns;
  for (const std::string& name : *names) columns.names_.push_back(to_lower_ascii(trim(name)));
  return columns;
}

bool TableColumns::has(std::string_view name) const {
  return std::ranges::find(names_, name) != names_.end();
}

Result<std::vector<std::string>> TableColumns::cells(std::string_view line, const std::string& where) const {
  auto fields = parse_csv_row(line, where);
  if (fields && fields->size() != names_.size())
    return fail("the row has another number of fields than the header", where);
  return fields;
}

std::string TableColumns::at(const std::vector<std::string>& cells, std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  return found == names_.end() ? std::string() : cells[static_cast<std::size_t>(found - names_.begin())];
}

Result<std::optional<store::Statement>> read_shadowserver_row(const TableColumns& columns,
                                                              std::string_view line, const std::string& where,
                                                              const std::string& campaign, Timestamp now) {
  const auto cells = columns.cells(line, where);
  if (!cells) return std::unexpected(cells.error());
  const auto at = [&](std::string_view name) { return columns.at(*cells, name); };
  const bool is_door =
      speaks_of_a_door({at("tag"), at("category"), at("infection"), at("detail"), at("family")});
  const bool is_scan = columns.has("servername");
  if (is_scan && !is_door) return std::nullopt;
  auto statement = statement_about("shadowserver", at("ip"), at("port"), at("timestamp"), where, line, now);
  if (!statement) return std::unexpected(statement.error());
  if (is_door) statement->kind = "door-seen";
  statement->content =
      is_door
          ? door_content(campaign, at("url"), at("tag"))
          : json::serialize(json::object{
                {"tag", at("tag")}, {"name", at("hostname")}, {"detail", at("detail")}, {"url", at("url")}});
  if (!is_utf8(statement->content)) return fail("a field is no UTF-8", where);
  return std::optional(std::move(*statement));
}

Result<store::Statement> read_list_row(const TableColumns& columns, std::string_view line,
                                       const std::string& where, Timestamp now) {
  const auto cells = columns.cells(line, where);
  if (!cells) return std::unexpected(cells.error());
  const auto at = [&](std::string_view name) { return std::string(trim(columns.at(*cells, name))); };
  auto statement = statement_about("list", at("address"), at("port"), at("time"), where, line, now);
  if (!statement) return statement;
  const std::string name = at("name");
  const std::string note = at("note");
  if (!is_utf8(name) || !is_utf8(note)) return fail("name or note is no UTF-8", where);
  statement->content = json::serialize(json::object{{"name", to_lower_ascii(name)}, {"note", note}});
  return statement;
}

}  // namespace afterpatch::app
