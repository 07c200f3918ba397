// Small pieces of the page that several sections share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/page/context.h"
#include "report/page/markup.h"

namespace afterpatch::report {

// <section> with an id, a heading of level 2 and a line that says what the section is for.
Html section(const PageContext& page, Literal id, Literal title, const Html& content);
Html lead(std::string_view words);  // the line below a heading
Html note(std::string_view words);  // an aside, such as "nothing was found"

Html time_cell(Timestamp time);  // <time>, seconds, UTC
Html time_cell(const std::optional<Timestamp>& time);
Html code(std::string_view bytes, std::size_t limit = 600);               // evidence in a fixed pitch
Html codes(const std::vector<std::string>& items, std::size_t most = 6);  // "a, b, c and 4 more"
Html lines_of(
    std::string_view words);  // for <pre>: line ends stay, every other control character is made visible
Html prose(std::string_view words);  // paragraphs at blank lines; `code` in backticks

// A word in a coloured frame; the word itself says what the colour says.
enum class Tone { bad, warn, info, good, none };
Html badge(std::string_view word, Tone tone);
Html confidence_badge(detect::Confidence confidence);
Literal tone_class(Tone tone);
Tone tone_of(assess::Exposure exposure);
Tone tone_of(assess::RunOutcome outcome);
Tone tone_of(assess::Presence presence);
Tone tone_of_level(std::string_view sigma_level);

// What a table does on a screen that it is too wide for: its frame scrolls sideways, or each row becomes a
// block of labelled lines (for tables of sentences, which a reader should not have to push about).
enum class TooWide { scroll, stack };

// The first cell of a row is its header.
class Table {
 public:
  Table(std::string_view caption, std::initializer_list<Literal> columns, TooWide too_wide = TooWide::scroll);
  // `below` stands under the row over the whole width of the table: for what is too wide for a cell.
  void row(const std::vector<Html>& cells, const Html& below = {});
  bool empty() const { return rows_.empty(); }
  Html html() const;

 private:
  std::string caption_;
  std::vector<Literal> columns_;
  TooWide too_wide_;
  Html header_;
  Html rows_;
};

// A drawing or table that may be wider than the screen, reachable by keyboard.
Html scroll_frame(std::string_view label, const Html& content);

// <dl> of one term and its description each.
class Facts {
 public:
  void add(std::string_view term, const Html& description);  // left out when empty
  Html html() const;

 private:
  Html items_;
};

// The detections of a conclusion: time, place and raw line of each, at most `most`, then how many more there
// are.
Html evidence_list(const PageContext& page, const assess::Evidence& evidence, std::size_t most = 20);

// The same behind a line to click on; empty if there is none.
Html evidence_details(const PageContext& page, const assess::Evidence& evidence, std::size_t most = 20);

// One detection in full, as a list item with the id "d<index>".
Html detection_item(const PageContext& page, std::size_t index);

}  // namespace afterpatch::report
