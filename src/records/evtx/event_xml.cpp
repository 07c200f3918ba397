#include "records/evtx/event_xml.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

using Kind = Step::Kind;

using CharacterSet = std::array<bool, 256>;

consteval CharacterSet set_of(bool (*holds)(unsigned char)) {
  CharacterSet set{};
  for (std::size_t c = 0; c < set.size(); ++c) set[c] = holds(static_cast<unsigned char>(c));
  return set;
}

constexpr bool is_alphanumeric(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// XML 1.0, production [2] Char, without markup; besides, nothing that could break a line.
constexpr CharacterSet kPlain = set_of(
    [](unsigned char c) { return c >= 0x20 && c != 0x7F && c != '<' && c != '>' && c != '&' && c != '"'; });

// XML 1.0, production [5] Name, as far as it matters.
constexpr CharacterSet kOfNames = set_of([](unsigned char c) {
  return c >= 0x80 || is_alphanumeric(c) || c == '_' || c == ':' || c == '.' || c == '-';
});

std::size_t length_within(const CharacterSet& set, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && set[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

// Characters of the set as they are, others by `append_other`.
template <typename AppendOther>
void append_mapped(std::string_view text, const CharacterSet& set, std::string& out,
                   AppendOther append_other) {
  for (;;) {
    const std::size_t length = length_within(set, text);
    out.append(text, 0, length);
    if (length == text.size()) return;
    append_other(text[length]);
    text.remove_prefix(length + 1);
  }
}

void append_escaped_character(char c, bool in_attribute, std::string& out) {
  switch (c) {
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '&':
      out += "&amp;";
      break;
    case '"':
      out += in_attribute ? "&quot;" : "\"";
      break;
    case '\t':
    case '\n':
    case '\r':
      out += "&#" + std::to_string(static_cast<int>(c)) + ';';
      break;
    default:
      append_utf8(out, 0xFFFD);
  }
}

void append_escaped(std::string_view text, bool in_attribute, std::string& out) {
  append_mapped(text, kPlain, out, [&](char c) { append_escaped_character(c, in_attribute, out); });
}

// What could end the name becomes U+FFFD, which is a character of names.
void append_name(std::string_view name, std::string& out) {
  if (name.empty()) append_utf8(out, 0xFFFD);
  append_mapped(name, kOfNames, out, [&](char) { append_utf8(out, 0xFFFD); });
}

class XmlWriter {
 public:
  XmlWriter(const Event& event, std::size_t max_bytes)
      : event_(event), names_(event.names()), max_bytes_(max_bytes) {}

  std::string write() {
    constexpr std::size_t kUsualBytes = 2048;
    out_.reserve(std::min(max_bytes_, kUsualBytes));
    if (!event_.instances().empty()) write_instance(event_.instances().front());
    return std::move(out_);
  }

 private:
  // Nested instances that write nothing, each many times in the one that holds it, would take for ever.
  bool is_full() const { return out_.size() >= max_bytes_ || steps_walked_ >= max_bytes_; }

  void write_instance(const Instance& instance) {
    const Steps& steps = instance.shape->steps;
    for (std::size_t at = 0; at < steps.size() && !is_full();) {
      ++steps_walked_;
      const std::size_t items = steps[at].kind == Kind::open_element ? items_of_element(instance, at) : 1;
      at = items == 1 ? write_step(instance, at, 0) : write_repeated(instance, at, items);
    }
  }

  // An element around an array is written once for every item.
  std::size_t write_repeated(const Instance& instance, std::size_t begin, std::size_t items) {
    const Steps& steps = instance.shape->steps;
    for (std::size_t item = 0; item < items && !is_full(); ++item) write_element(instance, begin, item);
    std::size_t end = begin;
    while (steps[end].kind != Kind::end_element) ++end;  // there is one: items_of_element() saw it
    return end + 1;
  }

  // How often the element is written: by the items of its only content, 0 times if that is optional and has
  // no value ([MS-EVEN6] 2.2.12, OptionalSubstitution), and once when it has other content.
  std::size_t items_of_element(const Instance& instance, std::size_t begin) const {
    const Steps& steps = instance.shape->steps;
    std::size_t at = begin + 1;
    while (at < steps.size() && steps[at].kind != Kind::close_start) ++at;
    if (at + 2 >= steps.size() || steps[at + 2].kind != Kind::end_element) return 1;
    const Step& content = steps[at + 1];
    if (!is_slot(content.kind)) return 1;
    const Value value = event_.value(instance, content.operand);
    if (value.is_null()) return content.kind == Kind::optional_slot ? 0 : 1;
    return count_texts(value);
  }

  void write_element(const Instance& instance, std::size_t begin, std::size_t item) {
    const Steps& steps = instance.shape->steps;
    std::size_t at = write_step(instance, begin, item);
    while (steps[at].kind != Kind::end_element) at = write_step(instance, at, item);
    write_step(instance, at, item);
  }

  // Writes one step, or an attribute with its value; returns the place of the next one.
  std::size_t write_step(const Instance& instance, std::size_t at, std::size_t item) {
    const Step& step = instance.shape->steps[at];
    switch (step.kind) {
      case Kind::open_element:
        open_.push_back(names_.text(step.operand));
        out_ += '<';
        append_name(open_.back(), out_);
        return at + 1;
      case Kind::attribute:
        return write_attribute(instance, at);
      case Kind::close_start:
        out_ += '>';
        return at + 1;
      case Kind::end_element:
        return write_end(at);
      default:
        write_content(instance, step, item);
        return at + 1;
    }
  }

  std::size_t write_end(std::size_t at) {
    if (open_.empty()) return at + 1;
    out_ += "</";
    append_name(open_.back(), out_);
    out_ += '>';
    open_.pop_back();
    return at + 1;
  }

  // Left out when there is no value for it at all.
  std::size_t write_attribute(const Instance& instance, std::size_t at) {
    const Steps& steps = instance.shape->steps;
    const std::size_t begin = out_.size();
    out_ += ' ';
    append_name(names_.text(steps[at].operand), out_);
    out_ += "=\"";
    bool has_value = false;
    in_attribute_ = true;
    for (++at; at < steps.size() && steps[at].kind >= Kind::text; ++at) {
      has_value = has_value || !event_.is_absent(instance, steps[at]);
      write_content(instance, steps[at], 0);
    }
    in_attribute_ = false;
    out_ += '"';
    if (!has_value) out_.resize(begin);
    return at;
  }

  void write_content(const Instance& instance, const Step& step, std::size_t item) {
    if (is_full()) return;
    if (const Instance* nested = is_slot(step.kind) ? event_.nested(instance, step.operand) : nullptr) {
      // Each nested instance is deeper than the one that holds it, and depth is bounded.
      return in_attribute_ ? void() : write_instance(*nested);
    }
    text_.clear();
    event_.append_step(instance, step, item, text_);
    append_escaped(text_, in_attribute_, out_);
  }

  const Event& event_;
  const NameTable& names_;
  std::size_t max_bytes_;
  std::size_t steps_walked_ = 0;
  std::string out_;
  std::string text_;
  bool in_attribute_ = false;
  std::vector<std::string_view> open_;
};

}  // namespace

std::string to_xml(const Event& event, std::size_t max_bytes) {
  return XmlWriter(event, max_bytes).write();
}

}  // namespace afterpatch::records::evtx
