#include "knowledge/yaml_value.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

namespace afterpatch::knowledge {
namespace {

std::uint64_t line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 1 : static_cast<std::uint64_t>(mark.line) + 1;
}

// Thrown through yaml-cpp's parser to stop it, and caught in parse_yaml.
struct Refused {
  std::uint64_t line;
  std::string what;
  std::string next;
};

// Builds the value from the parser's events.
class Builder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0)
      throw Refused{line_of(mark), "a second YAML document", "expected one document in a file"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(start(mark, anchor, YamlValue::Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{line_of(mark), "an alias (*name)", "write the value out"};
  }
  // A plain scalar has the tag "?"; `~` and `null` come as scalars from the parser.
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool is_null = tag == "?" && (value.empty() || value == "~" || value == "null");
    YamlValue scalar = start(mark, anchor, is_null ? YamlValue::Kind::null : YamlValue::Kind::scalar);
    scalar.text = value;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(start(mark, anchor, YamlValue::Kind::list));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(start(mark, anchor, YamlValue::Kind::map));
  }
  void OnMapEnd() override { close(); }

  YamlValue take() { return std::move(root_); }

 private:
  struct Open {
    YamlValue value;
    bool has_key = false;  // the next value belongs to the last entry
  };

  static YamlValue start(const YAML::Mark& mark, YAML::anchor_t anchor, YamlValue::Kind kind) {
    if (anchor != YAML::NullAnchor) throw Refused{line_of(mark), "an anchor (&name)", "write the value out"};
    YamlValue value;
    value.kind = kind;
    value.line = line_of(mark);
    return value;
  }

  void open(YamlValue value) {
    if (open_.size() >= kMaxYamlDepth) throw Refused{value.line, "nested too deeply", "at most 32 levels"};
    open_.push_back({std::move(value)});
  }

  void close() {
    YamlValue value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
  }

  void add(YamlValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.kind == YamlValue::Kind::list) {
      open_.back().value.items.push_back(std::move(value));
    } else {
      add_to_map(open_.back(), std::move(value));
    }
  }

  static void add_to_map(Open& map, YamlValue value) {
    if (map.has_key) {
      map.value.entries.back().value = std::move(value);
    } else {
      if (value.kind != YamlValue::Kind::scalar) {
        throw Refused{value.line, "a key that is no plain text", "expected 'key: value'"};
      }
      map.value.entries.push_back({std::move(value.text), value.line, {}});
    }
    map.has_key = !map.has_key;
  }

  YamlValue root_;
  std::vector<Open> open_;
  int documents_ = 0;
};

}  // namespace

Result<YamlValue> parse_yaml(std::string_view text, const std::string& name) {
  if (text.size() > kMaxYamlBytes) return fail("larger than 4 MiB", name);
  const auto refuse = [&](std::uint64_t line, std::string what, std::string next) {
    return fail(std::move(what), fmt::format("{}:{}", name, line), std::move(next));
  };
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refused& refused) {
    return refuse(refused.line, refused.what, refused.next);
  } catch (const YAML::Exception& error) {
    return refuse(line_of(error.mark), "not valid YAML: " + error.msg, "");
  } catch (const std::exception& error) {
    return fail(std::string("not valid YAML: ") + error.what(), name);
  }
}

}  // namespace afterpatch::knowledge
