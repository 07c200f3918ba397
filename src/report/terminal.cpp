#include "report/terminal.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include <fmt/format.h>

#include "base/escape.h"
#include "report/columns.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

using assess::Compromise;

constexpr std::size_t kLabelColumns = 26;
constexpr std::string_view kBold = "1";
constexpr std::string_view kFaint = "2";
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "1;33";
constexpr std::string_view kGreen = "1;32";

// Lines in the making: escapes, fits and colours, so that no caller can forget to.
class Screen {
 public:
  Screen(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  void blank() { lines_.emplace_back(); }

  // A label column and wrapped text beside it.
  void entry(std::string_view label, std::string_view text, std::size_t max_lines,
             std::string_view style = {}) {
    std::vector<std::string> parts = wrap(escape_terminal(text), width_ - kLabelColumns, max_lines);
    if (parts.empty()) parts.emplace_back();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      lines_.push_back(label_cell(i == 0 ? label : "") +
                       styled(parts[i], i == 0 || !style.empty() ? style : ""));
    }
  }

  // `front` gives way to `back`, which takes at most half of the line.
  void line(std::string_view front, std::string_view back, std::string_view style) {
    const std::string end = fit(escape_terminal(back), width_ / 2);
    lines_.push_back(styled(fit(escape_terminal(front), width_ - columns_of(end)) + end, style));
  }

  // A place: its end tells most, so the start is cut.
  void place(std::string_view front, std::string_view place, std::string_view back) {
    const std::size_t fixed = columns_of(front) + columns_of(back);
    const std::string shown = fit_end(escape_terminal(place), width_ - kLabelColumns - fixed);
    lines_.push_back(label_cell("") + styled(fmt::format("{}{}{}", front, shown, back), kFaint));
  }

  std::size_t size() const { return lines_.size(); }

  std::string text() const {
    std::string out;
    for (const std::string& line : lines_) out += line + "\n";
    return out;
  }

 private:
  std::string label_cell(std::string_view label) const {
    const std::string shown = fit(escape_terminal(label), kLabelColumns - 2);
    return styled(shown, kBold) + std::string(kLabelColumns - columns_of(shown), ' ');
  }
  std::string styled(std::string_view text, std::string_view style) const {
    if (!colour_ || style.empty() || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", style, text);
  }

  std::size_t width_;
  bool colour_;
  std::vector<std::string> lines_;
};

std::string_view style_of(const Verdict& verdict) {
  if (verdict.compromise >= Compromise::exploited) return kRed;
  return verdict.compromise == Compromise::no_evidence && verdict.coverage_sufficient ? kGreen : kYellow;
}

const ServerReport& worst_server(const HuntReport& hunt) {
  static const ServerReport kNothingRead;
  if (hunt.servers.empty()) return kNothingRead;
  return *std::ranges::max_element(hunt.servers, {},
                                   [](const ServerReport& s) { return s.verdict.compromise; });
}

void add_title(Screen& screen, const HuntReport& hunt, const ServerReport& server) {
  std::string back = ": " + server_name(server);
  if (hunt.servers.size() > 1) back += fmt::format(" (and {} more, see the report)", hunt.servers.size() - 1);
  screen.line("Afterpatch: " + campaign_name(hunt), back, kBold);
  screen.blank();
  if (!hunt.interrupted) return;
  screen.entry("Only part", interruption_words(*hunt.interrupted) + ".", 2, kYellow);
  screen.blank();
}

std::string compromise_line(const ServerReport& server) {
  const Verdict& verdict = server.verdict;
  std::string line = compromise_label(verdict);
  if (verdict.compromise != Compromise::no_evidence) {
    line += fmt::format(" ({})", to_string(verdict.compromise_confidence));
  }
  for (const std::string& more : {attribute_words(verdict), presence_words(server)}) {
    if (!more.empty()) line += "; " + more;
  }
  return line;
}

void add_verdict(Screen& screen, const ServerReport& server) {
  const Verdict& verdict = server.verdict;
  screen.entry("Verdict", headline(verdict), 2, style_of(verdict));
  screen.entry("Compromise", compromise_line(server), 2);
  screen.entry("Exposure", fmt::format("{}: {}", exposure_label(verdict.exposure), exposure_words(server)),
               2);
  const std::string_view enough = verdict.coverage_sufficient ? "enough" : "not enough";
  screen.entry("Coverage", fmt::format("{}: {}", enough, coverage_words(server)), 2,
               verdict.coverage_sufficient ? std::string_view() : kYellow);
}

void add_other_campaigns(Screen& screen, const HuntReport& hunt) {
  if (const std::string words = other_campaigns_words(hunt); !words.empty())
    screen.entry("Other waves", words, 3);
  screen.blank();
}

// Shorter than place_text(): byte and source are in the report.
std::string line_text(const detect::Place& place) {
  return place.line > 0 ? fmt::format("{}, line {}", place.artefact, number_text(place.line))
                        : place.artefact;
}

void add_evidence(Screen& screen, const ServerReport& server, const assess::Evidence& evidence) {
  if (evidence.empty() || evidence.front() >= server.detections.size()) return;
  const std::string more =
      evidence.size() > 1 ? fmt::format(" (and {} more)", number_text(evidence.size() - 1)) : "";
  screen.place("see ", line_text(server.detections[evidence.front()].place), more);
}

// An answer that nothing carries has no confidence to show: `possible` is then only the field's first value.
std::string answer_text(const assess::Answer& answer) {
  const bool carried = !answer.evidence.empty() || answer.confidence != detect::Confidence::possible;
  return carried ? fmt::format("[{}] {}", to_string(answer.confidence), answer.text) : answer.text;
}

void add_answers(Screen& screen, const ServerReport& server, std::size_t max_lines) {
  for (const assess::Answer& answer : server.answers | std::views::take(6)) {
    screen.entry(answer.title, answer_text(answer), max_lines);
    add_evidence(screen, server, answer.evidence);
  }
  if (!server.answers.empty()) screen.blank();
}

void add_actions(Screen& screen, const ServerReport& server, std::size_t max_lines) {
  int number = 0;
  for (const assess::Action& action : server.actions) {
    if (!action.now || number == 3) continue;
    ++number;
    screen.entry(number == 1 ? "Do now" : "", fmt::format("{}. {}", number, action.title), max_lines);
  }
}

std::string unread_text(const HuntReport& hunt) {
  std::string text;
  if (!hunt.problems.empty()) {
    text = count_text(hunt.problems.size(), "file or folder not read in full",
                      "files or folders not read in full");
  }
  if (!hunt.rules.refused.empty()) {
    text += fmt::format("{}{}", text.empty() ? "" : "; ",
                        count_text(hunt.rules.refused.size(), "rule can't run here", "rules can't run here"));
  }
  return text.empty() ? text : text + " (see the report)";
}

void add_footer(Screen& screen, const HuntReport& hunt, const TerminalOptions& options) {
  const std::string read =
      fmt::format("{}, {}", count_text(hunt.files, "file", "files"), bytes_text(hunt.bytes));
  screen.entry(hunt.interrupted ? "There" : "Read", read, 1);
  if (const std::string unread = unread_text(hunt); !unread.empty())
    screen.entry("Not read", unread, 1, kYellow);
  if (!options.report_path.empty()) screen.entry("Full report", options.report_path, 1);
}

Screen compose(const HuntReport& hunt, const TerminalOptions& options, std::size_t lines_per_answer) {
  Screen screen(std::clamp<std::size_t>(options.width, 60, 160), options.colour);
  const ServerReport& server = worst_server(hunt);
  add_title(screen, hunt, server);
  add_verdict(screen, server);
  add_other_campaigns(screen, hunt);
  add_answers(screen, server, lines_per_answer);
  add_actions(screen, server, std::min<std::size_t>(lines_per_answer, 2));
  add_footer(screen, hunt, options);
  return screen;
}

}  // namespace

std::string terminal_text(const HuntReport& hunt, const TerminalOptions& options) {
  std::size_t lines_per_answer = 4;
  Screen screen = compose(hunt, options, lines_per_answer);
  while (screen.size() > kTerminalLines && lines_per_answer > 1)
    screen = compose(hunt, options, --lines_per_answer);
  return screen.text();
}

}  // namespace afterpatch::report
