#include "detect/sigma/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace afterpatch::detect::sigma {
namespace {

bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Builds the tree from yaml-cpp's events, which is several times faster than its own Node and tells every
// line. Stops by throwing what yaml-cpp throws; parse_one() catches it.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlDocument& document, std::uint64_t line_offset)
      : document_(document), line_offset_(line_offset) {}

  bool saw_document() const { return saw_document_; }
  int document_position() const { return document_position_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    saw_document_ = true;
    document_position_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, {}); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag == "?" || tag.empty();
    if (plain && is_null_text(value)) return OnNull(mark, anchor);
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = value;
    node.quoted = !plain;
    add(mark, anchor, std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end() || known->second.open) stop(mark, "an alias that contains itself");
    count(mark, known->second.size);
    attach(mark, *known->second.node);
  }

 private:
  struct Anchor {
    const YamlNode* node = nullptr;
    std::size_t size = 1;  // nodes below it, itself included
    bool open = false;     // its end was not seen yet
  };
  struct Open {
    YamlNode* node;
    YAML::anchor_t anchor;
    std::size_t count_before;
    const YamlNode* key = nullptr;    // of a map entry whose value is still to come
    std::set<std::string_view> keys;  // seen in this map
  };

  [[noreturn]] static void stop(const YAML::Mark& mark, const std::string& reason) {
    throw YAML::ParserException(mark, reason);
  }

  void count(const YAML::Mark& mark, std::size_t nodes) {
    count_ += nodes;
    if (count_ > kMaxYamlNodes) stop(mark, fmt::format("more than {} values in one rule", kMaxYamlNodes));
  }

  YamlNode& add(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode filled) {
    count(mark, 1);
    YamlNode& node = document_.nodes.emplace_back(std::move(filled));
    node.line = static_cast<std::uint64_t>(mark.line) + 1 + line_offset_;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {&node, 1, false};
    attach(mark, node);
    return node;
  }

  void attach(const YAML::Mark& mark, const YamlNode& node) {
    if (open_.empty()) {
      document_.root = &node;
      return;
    }
    Open& parent = open_.back();
    if (parent.node->is_sequence()) {
      parent.node->items.push_back(&node);
    } else if (parent.key == nullptr) {
      take_key(mark, node, parent);
    } else {
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), &node);
    }
  }

  static void take_key(const YAML::Mark& mark, const YamlNode& key, Open& parent) {
    if (key.is_sequence() || key.is_map()) stop(mark, "a list or map as a key");
    if (key.text == "<<" && !key.quoted) stop(mark, "YAML merge keys (<<) are not part of Sigma");
    if (!parent.keys.insert(key.text).second) stop(mark, fmt::format("the key '{}' stands twice", key.text));
    parent.key = &key;
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (open_.size() >= kMaxYamlDepth) stop(mark, fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    YamlNode node;
    node.kind = kind;
    YamlNode& added = add(mark, anchor, std::move(node));
    if (anchor != YAML::NullAnchor) anchors_[anchor].open = true;
    open_.push_back({&added, anchor, count_, nullptr, {}});
  }

  void close() {
    const Open& closing = open_.back();
    if (closing.anchor != YAML::NullAnchor)
      anchors_[closing.anchor] = {closing.node, count_ - closing.count_before + 1, false};
    open_.pop_back();
  }

  YamlDocument& document_;
  std::uint64_t line_offset_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchor> anchors_;
  std::size_t count_ = 0;
  bool saw_document_ = false;
  int document_position_ = -1;
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

std::uint64_t line_of(const YAML::Mark& mark, std::uint64_t line_offset) {
  return line_offset + (mark.is_null() ? 1 : static_cast<std::uint64_t>(mark.line) + 1);
}

std::unexpected<RuleError> no_document(int position, const DocumentText& source) {
  const auto before = source.text.substr(0, static_cast<std::size_t>(std::max(position, 0)));
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  return refuse(source.line_offset + lines + 1, "not readable as YAML: no document can begin here");
}

// "..." may end a document and another may follow without "---", hence the loop.
void parse_documents(const DocumentText& source, std::vector<Parsed<YamlDocument>>& out) {
  try {
    std::istringstream stream{std::string(source.text)};
    YAML::Parser parser(stream);
    for (int position = -1;;) {
      YamlDocument document;
      TreeBuilder builder(document, source.line_offset);
      if (!parser.HandleNextDocument(builder) || !builder.saw_document()) return;
      // yaml-cpp gives empty documents without end where a document begins with ',' (found by the fuzzer).
      if (builder.document_position() == position) return out.push_back(no_document(position, source));
      position = builder.document_position();
      if (document.root != nullptr && !document.root->is_null()) out.emplace_back(std::move(document));
    }
  } catch (const YAML::Exception& error) {
    out.emplace_back(refuse(line_of(error.mark, source.line_offset), "not readable as YAML: " + error.msg));
  } catch (const std::exception& error) {
    out.emplace_back(refuse(source.line_offset + 1, std::string("not readable as YAML: ") + error.what()));
  }
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
