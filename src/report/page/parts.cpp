#include "report/page/parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::report {
namespace {

// Fields repeat what the raw line says; a long one is cut, for thousands of them must fit on the page.
constexpr std::size_t kFieldBytes = 300;

// What is this short is never broken over two lines: addresses, CVE numbers, builds.
constexpr std::size_t kShortBytes = 24;

// Backticks mark code, as in the guide's files.
Html with_code(std::string_view words) {
  Html html;
  bool in_code = false;
  for (const std::string_view part : split(words, '`')) {
    if (!part.empty()) html += in_code ? code(part) : text(part);
    in_code = !in_code;
  }
  return html;
}

std::vector<std::string_view> paragraphs(std::string_view words) {
  std::vector<std::string_view> found;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find("\n\n"), words.size());
    if (const std::string_view paragraph = trim(words.substr(0, end)); !paragraph.empty())
      found.push_back(paragraph);
    words.remove_prefix(std::min(end + 2, words.size()));
  }
  return found;
}

// A line end inside a paragraph is a blank.
std::string joined_lines(std::string_view paragraph) {
  std::string line(paragraph);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

Html place_line(const PageContext& page, const detect::Place& place) {
  return element("p", {{"class", "place"}}, code(place_text(page.hunt, place)));
}

Html raw_block(const detect::Detection& detection) {
  if (trim(detection.raw).empty()) return {};
  return element("pre", {{"class", "raw"}}, element("code", lines_of(trim(detection.raw))));
}

Html detection_name(const PageContext& page, std::size_t index) {
  const detect::Detection& detection = page.server.detections[index];
  const std::string_view title =
      detection.title.empty() ? std::string_view(detection.rule_id) : detection.title;
  if (!page.shown[index]) return element("strong", title);
  return element("a", {{"href", page.link(fmt::format("d{}", index))}}, title);
}

Html evidence_item(const PageContext& page, std::size_t index) {
  const detect::Detection& detection = page.server.detections[index];
  const Html head = element("p", {{"class", "hit"}},
                            {time_cell(detection.time), text(" "), detection_name(page, index), text(" "),
                             confidence_badge(detection.confidence)});
  return element("li", {}, {head, place_line(page, detection.place), raw_block(detection)});
}

Html detection_head(const detect::Detection& detection) {
  Html head = time_cell(detection.time) + text(" ") +
              element("strong", detection.title.empty() ? detection.rule_id : detection.title) + text(" ");
  head += badge(to_string(detection.step), Tone::none);
  head += text(" ") + confidence_badge(detection.confidence);
  if (!detection.level.empty())
    head += text(" ") + badge("level " + detection.level, tone_of_level(detection.level));
  return element("p", {{"class", "hit"}}, head);
}

Html detection_facts(const detect::Detection& detection) {
  Facts facts;
  facts.add("rule", code(detection.rule_id) + text(fmt::format(" ({})", to_string(detection.rule_kind))));
  facts.add("log", text(detection.log));
  facts.add("flaws", codes(detection.cves));
  facts.add("techniques", codes(detection.techniques));
  for (const auto& [name, value] : detection.fields)
    facts.add(name, value.empty() ? Html() : code(value, kFieldBytes));
  return element("details", {{"class", "more"}}, {element("summary", "Fields and rule"), facts.html()});
}

}  // namespace

Html section(const PageContext& page, Literal id, Literal title, const Html& content) {
  const std::string heading = page.id(id.view()) + "-title";
  return element("section", {{"id", page.id(id.view())}, {"aria-labelledby", heading}},
                 {element("h2", {{"id", heading}}, title.view()), content});
}

Html lead(std::string_view words) {
  return element("p", {{"class", "lead"}}, words);
}
Html note(std::string_view words) {
  return element("p", {{"class", "note"}}, words);
}

Html time_cell(Timestamp time) {
  if (!is_set(time)) return element("span", {{"class", "time"}}, "time unknown");
  return element("time", {{"datetime", to_iso8601(time)}, {"class", "time"}}, second_text(time));
}

Html time_cell(const std::optional<Timestamp>& time) {
  return time_cell(time.value_or(Timestamp{}));
}

Html code(std::string_view bytes, std::size_t limit) {
  if (bytes.empty()) return {};
  if (bytes.size() <= kShortBytes) return element("code", {{"class", "short"}}, text(bytes));
  return element("code", text(bytes, limit));
}

Html lines_of(std::string_view words) {
  Html html;
  for (std::string_view line : split(words, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!html.empty()) html += literal_markup("\n");
    html += text(line);
  }
  return html;
}

Html codes(const std::vector<std::string>& items, std::size_t most) {
  Html html;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i)
    html += text(i == 0 ? "" : ", ") + code(items[i], kFieldBytes);
  if (items.size() > most) html += text(fmt::format(" and {} more", items.size() - most));
  return html;
}

Html prose(std::string_view words) {
  Html html;
  for (const std::string_view paragraph : paragraphs(words)) {
    html += element("p", {}, with_code(joined_lines(paragraph)));
  }
  return html;
}

Literal tone_class(Tone tone) {
  switch (tone) {
    case Tone::bad:
      return "bad";
    case Tone::warn:
      return "warn";
    case Tone::info:
      return "info";
    case Tone::good:
      return "good";
    case Tone::none:
      break;
  }
  return "none";
}

Html badge(std::string_view word, Tone tone) {
  return element("span", {{"class", fmt::format("badge {}", tone_class(tone).view())}}, word);
}

Html confidence_badge(detect::Confidence confidence) {
  const bool confirmed = confidence == detect::Confidence::confirmed;
  return element("span", {{"class", confirmed ? "badge sure" : "badge unsure"}}, to_string(confidence));
}

Tone tone_of(assess::Exposure exposure) {
  switch (exposure) {
    case assess::Exposure::unpatched:
    case assess::Exposure::unsupported:
      return Tone::bad;
    case assess::Exposure::build_ambiguous:
      return Tone::warn;
    case assess::Exposure::patched:
    case assess::Exposure::not_affected:
      return Tone::good;
    case assess::Exposure::unknown:
      break;
  }
  return Tone::none;
}

Tone tone_of(assess::RunOutcome outcome) {
  switch (outcome) {
    case assess::RunOutcome::write_proven:
    case assess::RunOutcome::write_attempted:
      return Tone::bad;
    case assess::RunOutcome::session:
    case assess::RunOutcome::exploited:
      return Tone::warn;
    case assess::RunOutcome::probe:
      break;
  }
  return Tone::info;
}

Tone tone_of(assess::Presence presence) {
  switch (presence) {
    case assess::Presence::present:
      return Tone::bad;
    case assess::Presence::removed:
      return Tone::info;
    case assess::Presence::unknown:
      break;
  }
  return Tone::warn;
}

Tone tone_of_level(std::string_view level) {
  if (level == "critical" || level == "high") return Tone::bad;
  if (level == "medium") return Tone::warn;
  return level == "low" ? Tone::info : Tone::none;
}

Table::Table(std::string_view caption, std::initializer_list<Literal> columns, TooWide too_wide)
    : caption_(caption), columns_(columns), too_wide_(too_wide) {
  for (const Literal column : columns) header_ += element("th", {{"scope", "col"}}, column.view());
}

void Table::row(const std::vector<Html>& cells, const Html& below) {
  Html row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool labelled = too_wide_ == TooWide::stack && i > 0 && i < columns_.size();
    row += i == 0     ? element("th", {{"scope", "row"}}, cells[i])
           : labelled ? element("td", {{"data-label", columns_[i].view()}}, cells[i])
                      : element("td", cells[i]);
  }
  rows_ += below.empty() ? element("tr", row) : element("tr", {{"class", "opens"}}, row);
  if (below.empty()) return;
  rows_ +=
      element("tr", {{"class", "below"}}, element("td", {{"colspan", std::to_string(cells.size())}}, below));
}

Html Table::html() const {
  const Html content =
      element("caption", caption_) + element("thead", element("tr", header_)) + element("tbody", rows_);
  if (too_wide_ == TooWide::stack) return element("table", {{"class", "stacks"}}, content);
  return scroll_frame(caption_, element("table", content));
}

Html scroll_frame(std::string_view label, const Html& content) {
  return element("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", label}, {"tabindex", "0"}},
                 content);
}

void Facts::add(std::string_view term, const Html& description) {
  if (!description.empty()) items_ += element("div", {element("dt", term), element("dd", description)});
}

Html Facts::html() const {
  return items_.empty() ? Html() : element("dl", {{"class", "facts"}}, items_);
}

Html evidence_list(const PageContext& page, const assess::Evidence& evidence, std::size_t most) {
  Html items;
  std::size_t shown = 0;
  for (const std::size_t index : evidence) {
    if (shown == most) break;
    if (index >= page.server.detections.size()) continue;
    items += evidence_item(page, index);
    ++shown;
  }
  if (shown == 0) return {};
  Html html = element("ol", {{"class", "evidence"}}, items);
  if (evidence.size() > shown) {
    html += note(fmt::format("{} more in report.json.", number_text(evidence.size() - shown)));
  }
  return html;
}

Html evidence_details(const PageContext& page, const assess::Evidence& evidence, std::size_t most) {
  const Html list = evidence_list(page, evidence, most);
  if (list.empty()) return {};
  const std::string words = "Evidence: " + count_text(evidence.size(), "detection", "detections");
  return element("details", {{"class", "more cited"}}, {element("summary", words), list});
}

Html detection_item(const PageContext& page, std::size_t index) {
  const detect::Detection& detection = page.server.detections[index];
  return element("li", {{"id", page.id(fmt::format("d{}", index))}, {"class", "detection"}},
                 {detection_head(detection), place_line(page, detection.place), raw_block(detection),
                  detection_facts(detection)});
}

}  // namespace afterpatch::report
