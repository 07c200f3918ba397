#include "report/html_reader.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace afterpatch::report {
namespace {

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':';
}

bool is_raw_text(std::string_view tag) {
  return tag == "style" || tag == "script";
}

class Reader {
 public:
  explicit Reader(std::string_view page) : rest_(page), size_(page.size()) {}

  PageReading read() {
    if (!skip("<!DOCTYPE html>")) fail("no doctype");
    while (error_.empty() && !rest_.empty()) {
      if (rest_.front() == '<') {
        read_tag();
      } else {
        read_text();
      }
    }
    if (error_.empty() && !open_.empty()) fail("not closed: " + elements_[open_.back()].tag);
    return {std::move(elements_), std::move(error_)};
  }

 private:
  void fail(const std::string& what) {
    error_ = fmt::format("{} at byte {}: {}", what, size_ - rest_.size(), rest_.substr(0, 60));
  }

  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string read_name() {
    const auto end = std::ranges::find_if_not(rest_, is_name);
    const std::string name(rest_.begin(), end);
    rest_.remove_prefix(name.size());
    return name;
  }

  void read_text() {
    const std::size_t end = std::min(rest_.find('<'), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    if (text.find('>') != std::string_view::npos) return fail("bare '>'");
    if (!open_.empty()) elements_[open_.back()].text += text;
    rest_.remove_prefix(end);
  }

  void read_tag() {
    if (skip("</")) return read_end_tag();
    skip("<");
    PageElement element;
    element.tag = read_name();
    if (element.tag.empty()) return fail("'<' without a name");
    for (const std::size_t index : open_) element.ancestors.push_back(elements_[index].tag);
    while (skip(" ")) read_attribute(element);
    const bool closed = skip("/");
    if (!skip(">")) return fail("tag without end");
    elements_.push_back(element);
    if (closed) return;
    open_.push_back(elements_.size() - 1);
    if (is_raw_text(element.tag)) read_raw_text(element.tag);
  }

  void read_attribute(PageElement& element) {
    const std::string name = read_name();
    if (name.empty() || !skip("=\"")) return fail("attribute without a quoted value");
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return fail("attribute without end");
    if (rest_.substr(0, end).find_first_of("<>") != std::string_view::npos)
      return fail("bare angle bracket in an attribute");
    if (!element.attributes.emplace(name, rest_.substr(0, end)).second) return fail("attribute given twice");
    rest_.remove_prefix(end + 1);
  }

  void read_raw_text(const std::string& tag) {
    const std::size_t end = rest_.find(fmt::format("</{}>", tag));
    if (end == std::string_view::npos) return fail("raw text without end");
    elements_.back().text = rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  void read_end_tag() {
    const std::string name = read_name();
    if (!skip(">")) return fail("end tag without end");
    if (open_.empty() || elements_[open_.back()].tag != name)
      return fail(fmt::format("</{}> closes nothing", name));
    open_.pop_back();
  }

  std::string_view rest_;
  std::size_t size_;
  std::string error_;
  std::vector<PageElement> elements_;
  std::vector<std::size_t> open_;
};

}  // namespace

PageReading read_page(std::string_view page) {
  return Reader(page).read();
}

}  // namespace afterpatch::report
