#include "notify/message/template_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxTag = 200;

struct Open {
  std::string name;
  const TemplateKeys* keys;  // of a list; null for a flag
};

class Check {
 public:
  Check(std::string_view text, const std::string& name, const TemplateKeys& keys)
      : text_(text), name_(name), keys_(keys) {}

  Result<std::set<std::string>> run() {
    std::size_t at = 0;
    while ((at = text_.find("{{", at)) != std::string_view::npos) {
      const std::size_t end = text_.find("}}", at);
      if (end == std::string_view::npos || end - at > kMaxTag) return wrong(at, "tag is not closed");
      if (const Result<void> good = tag(trim(text_.substr(at + 2, end - at - 2)), at); !good)
        return std::unexpected(good.error());
      at = end + 2;
    }
    if (!open_.empty()) return wrong(text_.size(), "section is not closed: " + open_.back().name);
    return used_;
  }

 private:
  std::unexpected<Error> wrong(std::size_t at, const std::string& what, std::string next = {}) const {
    const auto line = 1 + std::ranges::count(text_.substr(0, at), '\n');
    return fail(one_line(what, 300), fmt::format("{}:{}", name_, line), std::move(next));
  }

  Result<void> tag(std::string_view content, std::size_t at) {
    const char kind = content.empty() ? ' ' : content.front();
    const std::string key(trim(content.substr(std::min<std::size_t>(1, content.size()))));
    if (kind == '#' || kind == '^') return begin(key, kind == '^', at);
    if (kind == '/') return end(key, at);
    const bool plain = !content.empty() &&
                       content.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string_view::npos;
    if (!plain) return wrong(at, fmt::format("tag is not one that notices use: {{{{{}}}}}", content));
    return value(std::string(content), at);
  }

  Result<void> begin(const std::string& key, bool inverted, std::size_t at) {
    for (const TemplateKeys* keys : around()) {
      if (const auto list = keys->lists.find(key); list != keys->lists.end()) {
        open_.push_back({key, inverted ? nullptr : &list->second});
        used_.insert(key);
        return {};
      }
      if (keys->flags.contains(key)) {
        open_.push_back({key, nullptr});
        used_.insert(key);
        return {};
      }
    }
    return unknown(key, at);
  }

  Result<void> end(const std::string& key, std::size_t at) {
    if (open_.empty() || open_.back().name != key)
      return wrong(at, "section ends that did not begin here: " + key);
    open_.pop_back();
    return {};
  }

  Result<void> value(const std::string& key, std::size_t at) {
    for (const TemplateKeys* keys : around())
      if (keys->values.contains(key)) {
        used_.insert(key);
        return {};
      }
    return unknown(key, at);
  }

  std::unexpected<Error> unknown(const std::string& key, std::size_t at) const {
    std::set<std::string> possible;
    for (const TemplateKeys* keys : around()) {
      possible.insert(keys->values.begin(), keys->values.end());
      possible.insert(keys->flags.begin(), keys->flags.end());
      for (const auto& [list, ignored] : keys->lists) possible.insert(list);
    }
    return wrong(at, "unknown key: " + key, fmt::format("one of: {}", fmt::join(possible, ", ")));
  }

  std::vector<const TemplateKeys*> around() const {
    std::vector<const TemplateKeys*> found;
    for (auto section = open_.rbegin(); section != open_.rend(); ++section)
      if (section->keys != nullptr) found.push_back(section->keys);
    found.push_back(&keys_);
    return found;
  }

  std::string_view text_;
  const std::string& name_;
  const TemplateKeys& keys_;
  std::vector<Open> open_;
  std::set<std::string> used_;
};

}  // namespace

Result<std::set<std::string>> check_template(std::string_view text, const std::string& name,
                                             const TemplateKeys& keys) {
  return Check(text, name, keys).run();
}

}  // namespace afterpatch::notify
