#include "detect/sigma/yaml_tree.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace afterpatch::detect::sigma {
namespace {

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// libyaml's events, freed when they are done with.
class Events {
 public:
  explicit Events(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // False when the text can't be read on.
  bool next() {
    yaml_event_delete(&event_);
    event_ = {};
    return yaml_parser_parse(&parser_, &event_) == 1;
  }
  const yaml_event_t& event() const { return event_; }
  std::uint64_t line() const { return event_.start_mark.line; }  // 0-based

  std::uint64_t problem_line() const { return parser_.problem_mark.line; }
  std::string problem() const { return parser_.problem != nullptr ? parser_.problem : "unknown fault"; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

std::string_view text_of(const unsigned char* text) {
  return text != nullptr ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

// Builds the tree of one document from events.
class TreeBuilder {
 public:
  TreeBuilder(YamlDocument& document, std::uint64_t line_offset)
      : document_(document), line_offset_(line_offset) {}

  // False when the document breaks a rule; fault() says which.
  bool take(const Events& events) {
    const yaml_event_t& event = events.event();
    line_ = events.line() + 1 + line_offset_;
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        return take_scalar(event.data.scalar);
      case YAML_SEQUENCE_START_EVENT:
        return open(text_of(event.data.sequence_start.anchor), YamlNode::Kind::sequence);
      case YAML_MAPPING_START_EVENT:
        return open(text_of(event.data.mapping_start.anchor), YamlNode::Kind::map);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        close();
        return true;
      case YAML_ALIAS_EVENT:
        return take_alias(text_of(event.data.alias.anchor));
      default:
        return true;
    }
  }
  const RuleError& fault() const { return fault_; }

 private:
  struct Anchor {
    const YamlNode* node = nullptr;
    std::size_t size = 1;  // nodes below it, itself included
    bool open = false;     // its end was not seen yet
  };
  struct Open {
    YamlNode* node;
    std::string anchor;
    std::size_t count_before;
    const YamlNode* key = nullptr;    // of a map entry whose value is still to come
    std::set<std::string_view> keys;  // seen in this map
  };

  bool stop(std::string reason) {
    fault_ = {line_, "not readable as YAML: " + std::move(reason)};
    return false;
  }

  bool count(std::size_t nodes) {
    count_ += nodes;
    return count_ <= kMaxYamlNodes || stop(fmt::format("more than {} values in one rule", kMaxYamlNodes));
  }

  template <typename Scalar>
  bool take_scalar(const Scalar& scalar) {
    YamlNode node;
    node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    node.quoted = scalar.plain_implicit == 0;
    const bool is_null = !node.quoted && is_null_text(node.text);
    node.kind = is_null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    if (is_null) node.text.clear();
    return add(text_of(scalar.anchor), std::move(node)) != nullptr;
  }

  bool take_alias(std::string_view anchor) {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) return stop("an alias of nothing");
    if (known->second.open) return stop("an alias that contains itself");
    return count(known->second.size) && attach(*known->second.node);
  }

  // Null when it breaks a rule.
  YamlNode* add(std::string_view anchor, YamlNode filled) {
    if (!count(1)) return nullptr;
    YamlNode& node = document_.nodes.emplace_back(std::move(filled));
    node.line = line_;
    if (!anchor.empty()) anchors_[std::string(anchor)] = {&node, 1, false};
    return attach(node) ? &node : nullptr;
  }

  bool attach(const YamlNode& node) {
    if (open_.empty()) {
      document_.root = &node;
      return true;
    }
    Open& parent = open_.back();
    if (parent.node->is_sequence()) {
      parent.node->items.push_back(&node);
    } else if (parent.key == nullptr) {
      return take_key(node, parent);
    } else {
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), &node);
    }
    return true;
  }

  bool take_key(const YamlNode& key, Open& parent) {
    if (key.is_sequence() || key.is_map()) return stop("a list or map as a key");
    if (key.text == "<<" && !key.quoted) return stop("YAML merge keys (<<) are not part of Sigma");
    if (!parent.keys.insert(key.text).second) return stop(fmt::format("the key '{}' stands twice", key.text));
    parent.key = &key;
    return true;
  }

  bool open(std::string_view anchor, YamlNode::Kind kind) {
    if (open_.size() >= kMaxYamlDepth)
      return stop(fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    YamlNode node;
    node.kind = kind;
    YamlNode* added = add(anchor, std::move(node));
    if (added == nullptr) return false;
    if (!anchor.empty()) anchors_.find(anchor)->second.open = true;
    open_.push_back({added, std::string(anchor), count_, nullptr, {}});
    return true;
  }

  void close() {
    const Open& closing = open_.back();
    if (!closing.anchor.empty())
      anchors_[closing.anchor] = {closing.node, count_ - closing.count_before + 1, false};
    open_.pop_back();
  }

  YamlDocument& document_;
  std::uint64_t line_offset_;
  std::uint64_t line_ = 0;
  std::vector<Open> open_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  std::size_t count_ = 0;
  RuleError fault_;
};

// One document as text, and how many lines of the file stand before it.
struct DocumentText {
  std::string_view text;
  std::uint64_t line_offset = 0;
};

bool is_document_start(std::string_view line) {
  return line.starts_with("---") &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

// A line that begins with "---" ends whatever stands before it, even a block scalar (YAML 1.2.2,
// section 9.1.2), so a broken document can be left behind and the next one read.
std::vector<DocumentText> split_documents(std::string_view text) {
  std::vector<DocumentText> documents;
  std::size_t begin = 0;
  std::uint64_t begin_line = 0;
  std::uint64_t line_number = 0;
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at > begin && is_document_start(text.substr(at, end - at))) {
      documents.push_back({text.substr(begin, at - begin), begin_line});
      begin = at;
      begin_line = line_number;
    }
    at = end + 1;
  }
  documents.push_back({text.substr(begin), begin_line});
  return documents;
}

bool is_empty(const YamlDocument& document) {
  return document.root == nullptr || document.root->is_null();
}

// "..." may end a document and another may follow without "---", hence the loop.
void parse_documents(const DocumentText& source, std::vector<Parsed<YamlDocument>>& out) {
  Events events(source.text);
  YamlDocument document;
  std::optional<TreeBuilder> builder;
  while (events.next()) {
    switch (events.event().type) {
      case YAML_STREAM_END_EVENT:
        return;
      case YAML_DOCUMENT_START_EVENT:
        document = {};
        builder.emplace(document, source.line_offset);
        break;
      case YAML_DOCUMENT_END_EVENT:
        if (!is_empty(document)) out.emplace_back(std::move(document));
        builder.reset();
        break;
      default:
        if (builder && !builder->take(events)) return out.push_back(std::unexpected(builder->fault()));
    }
  }
  out.push_back(
      refuse(source.line_offset + events.problem_line() + 1, "not readable as YAML: " + events.problem()));
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name->text == key) return value;
  }
  return nullptr;
}

std::vector<Parsed<YamlDocument>> parse_yaml(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Parsed<YamlDocument>> documents;
  for (const DocumentText& source : split_documents(text)) parse_documents(source, documents);
  return documents;
}

}  // namespace afterpatch::detect::sigma
