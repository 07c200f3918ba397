#include "records/event_export/json_event.h"

#include <algorithm>
#include <boost/json.hpp>
#include <new>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::records::event_export {
namespace {

namespace json = boost::json;

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

// Null for null, objects and arrays.
std::optional<std::string> scalar_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return std::string(view(value.get_string()));
    case json::kind::int64:
      return std::to_string(value.get_int64());
    case json::kind::uint64:
      return std::to_string(value.get_uint64());
    case json::kind::double_:
      return fmt::format("{}", value.get_double());
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    default:
      return std::nullopt;
  }
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

// --- evtx_dump ---

// Elements that had one name, numbered by evtx_dump: "Data_1", "Data_2".
std::string_view unnumbered(std::string_view name) {
  const bool numbered = name.starts_with("Data_") && name.size() > 5 &&
                        name.find_first_not_of("0123456789", 5) == std::string_view::npos;
  return numbered ? "Data" : name;
}

class ElementWalk {
 public:
  explicit ElementWalk(Event& event) : event_(event) {}

  // The depth is bounded by that of the JSON.
  void element(std::string_view name, const json::value& value, Part part) {
    if (const auto text = scalar_text(value)) return event_.add(named(part, unnumbered(name)), part, *text);
    if (const json::array* items = value.if_array()) {
      for (const json::value& item : *items) element(name, item, part);
    }
    if (const json::object* children = value.if_object()) {
      for (const auto& child : *children) this->child(name, view(child.key()), child.value(), part);
    }
  }

 private:
  void child(std::string_view parent, std::string_view key, const json::value& value, Part part) {
    constexpr std::string_view kSuffix = "_attributes";
    if (key == "#text") return element(parent, value, part);
    if (key == "#attributes") return attributes(parent, value, part);
    if (key.ends_with(kSuffix) && value.is_object())
      return attributes(key.substr(0, key.size() - kSuffix.size()), value, part);
    element(key, value, part);
  }

  void attributes(std::string_view element, const json::value& value, Part part) {
    const json::object* attributes = value.if_object();
    if (attributes == nullptr) return;
    for (const auto& attribute : *attributes) {
      const std::string_view key = view(attribute.key());
      const auto text = scalar_text(attribute.value());
      if (text && !key.starts_with("xmlns"))
        event_.add(named(part, std::string(element) + '_' + std::string(key)), part, *text);
    }
  }

  static std::string named(Part part, std::string_view name) {
    return (part == Part::rendering ? "RenderingInfo_" : "") + std::string(name);
  }

  Event& event_;
};

void read_evtx_dump(const json::object& root, Event& event) {
  ElementWalk walk(event);
  for (const auto& [key, value] : root) {
    const std::string_view name = view(key);
    if (name == "#attributes") continue;
    const Part part = name == "System"          ? Part::system
                      : name == "RenderingInfo" ? Part::rendering
                                                : Part::data;
    walk.element(name, value, part);
  }
}

// --- winlogbeat and flat ---

struct Renamed {
  std::string_view theirs;
  std::string_view name;
};

// Elastic's "Winlogbeat fields". Those without "winlog." are what winlogbeat 6 wrote at the top.
constexpr Renamed kWinlogbeat[] = {
    {"winlog.channel", "Channel"},
    {"log_name", "Channel"},
    {"winlog.provider_name", "Provider_Name"},
    {"source_name", "Provider_Name"},
    {"winlog.provider_guid", "Provider_Guid"},
    {"provider_guid", "Provider_Guid"},
    {"winlog.event_id", "EventID"},
    {"event_id", "EventID"},
    {"winlog.computer_name", "Computer"},
    {"computer_name", "Computer"},
    {"winlog.record_id", "EventRecordID"},
    {"record_number", "EventRecordID"},
    {"@timestamp", "TimeCreated_SystemTime"},
    {"winlog.version", "Version"},
    {"winlog.activity_id", "Correlation_ActivityID"},
    {"winlog.related_activity_id", "Correlation_RelatedActivityID"},
    {"winlog.process.pid", "Execution_ProcessID"},
    {"winlog.process.thread.id", "Execution_ThreadID"},
    {"winlog.user.identifier", "Security_UserID"},
};

// NXLog's im_msvistalog, Zircolite's and Security-Datasets' names for what stands in System. Of several with
// one meaning the first that is there counts.
constexpr Renamed kFlat[] = {
    {"Channel", "Channel"},
    {"LogName", "Channel"},
    {"Provider_Name", "Provider_Name"},
    {"ProviderName", "Provider_Name"},
    {"SourceName", "Provider_Name"},
    {"Provider", "Provider_Name"},
    {"ProviderGuid", "Provider_Guid"},
    {"EventID", "EventID"},
    {"EventId", "EventID"},
    {"Computer", "Computer"},
    {"Hostname", "Computer"},
    {"ComputerName", "Computer"},
    {"MachineName", "Computer"},
    {"EventRecordID", "EventRecordID"},
    {"RecordNumber", "EventRecordID"},
    {"RecordId", "EventRecordID"},
    {"TimeCreated", "TimeCreated_SystemTime"},
    {"SystemTime", "TimeCreated_SystemTime"},
    {"@timestamp", "TimeCreated_SystemTime"},
    {"EventTime", "TimeCreated_SystemTime"},
    {"Version", "Version"},
    {"Level", "Level"},
    {"Task", "Task"},
    {"OpcodeValue", "Opcode"},
    {"Keywords", "Keywords"},
    {"ActivityID", "Correlation_ActivityID"},
    {"ExecutionProcessID", "Execution_ProcessID"},
    {"ExecutionThreadID", "Execution_ThreadID"},
    {"UserID", "Security_UserID"},
};

constexpr std::string_view kRenderedMessage = "RenderingInfo_Message";

// Winlogbeat calls unnamed <Data> "param1", "param2", ...; but some events have data of that name.
bool may_be_nameless(std::string_view name) {
  constexpr std::string_view kParam = "param";
  return name.starts_with(kParam) && name.size() > kParam.size() &&
         name.find_first_not_of("0123456789", kParam.size()) == std::string_view::npos;
}

class Flattener {
 public:
  using Names = std::span<const Renamed>;
  Flattener(Names names, Event& event) : names_(names), event_(event) {}

  // All values below, by their paths with dots.
  void object(const std::string& path, const json::object& object) {
    for (const auto& [key, value] : object)
      this->value(path.empty() ? std::string(view(key)) : path + '.' + std::string(view(key)), value);
  }

  // System's values in the order of their names: the first of several counts.
  void finish() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (const auto& text = system_[i]; text && !has(names_[i].name, i))
        event_.add(names_[i].name, Part::system, *text);
    }
  }

 private:
  void value(const std::string& path, const json::value& value) {
    if (path.size() > kMaxNameBytes) {
      event_.is_cut = true;
      return;
    }
    if (const auto text = scalar_text(value)) return add(path, *text);
    if (const json::object* children = value.if_object()) return object(path, *children);
    if (const json::array* items = value.if_array()) {
      for (const json::value& item : *items) this->value(path, item);
    }
  }

  void add(const std::string& path, const std::string& text) {
    const auto known = std::ranges::find(names_, path, &Renamed::theirs);
    if (known != names_.end()) {
      auto& slot = system_[static_cast<std::size_t>(known - names_.begin())];
      if (!slot) slot = text;
      return;
    }
    if (path == "message" || path == "Message") return event_.add(kRenderedMessage, Part::rendering, text);
    const std::string_view name = data_name(path);
    event_.add(name, Part::data, text);
    if (may_be_nameless(name)) event_.add("Data", Part::data, text);
  }

  // Behind "event_data." or the like; names of data may hold dots themselves. Else the whole path, so that
  // what a collector adds ("host.name", "user.domain") is never taken for a value of the event.
  static std::string_view data_name(std::string_view path) {
    for (const std::string_view before : {"event_data.", "user_data.", "EventData.", "UserData."}) {
      const std::size_t at = path.find(before);
      const bool is_step = at == 0 || (at != std::string_view::npos && path[at - 1] == '.');
      if (is_step) return path.substr(at + before.size());
    }
    return path;
  }

  bool has(std::string_view name, std::size_t before) const {
    for (std::size_t i = 0; i < before; ++i)
      if (system_[i] && names_[i].name == name) return true;
    return false;
  }

  Names names_;
  Event& event_;
  std::optional<std::string> system_[std::max(std::size(kWinlogbeat), std::size(kFlat))];
};

bool is_winlogbeat(const json::object& root) {
  return object_at(root, "winlog") != nullptr || object_at(root, "event_data") != nullptr ||
         root.contains("winlog.event_id") || root.contains("log_name");
}

void read_flat(const json::object& root, Event& event) {
  Flattener flattener(is_winlogbeat(root) ? Flattener::Names(kWinlogbeat) : Flattener::Names(kFlat), event);
  flattener.object({}, root);
  flattener.finish();
}

bool is_event(Event& event) {
  event.finish();
  return !event.first(Part::system, "EventID").empty() &&
         (!event.channel().empty() || !event.provider().empty());
}

}  // namespace

JsonReading read_json_event(std::string_view text, Event& event) try {
  json::monotonic_resource memory;
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::error_code error;
  const json::value document =
      json::parse(json::string_view(text.data(), text.size()), error, &memory, options);
  const json::object* root = document.if_object();
  if (error || root == nullptr) return JsonReading::damaged;
  if (const json::object* source = object_at(*root, "_source")) root = source;
  if (const json::object* whole = object_at(*root, "Event")) {
    read_evtx_dump(*whole, event);
  } else {
    read_flat(*root, event);
  }
  return is_event(event) ? JsonReading::event : JsonReading::no_event;
} catch (const std::bad_alloc&) {
  return JsonReading::damaged;
}

}  // namespace afterpatch::records::event_export
