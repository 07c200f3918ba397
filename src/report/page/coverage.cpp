// Which hours of the campaign's window each log covers, and what each gap hides: "no evidence" is worth as
// much as this.
#include <algorithm>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/plot.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kMostGaps = 40;

std::string_view title_of(const assess::CoverageLine& line) {
  return line.title.empty() ? line.log : line.title;
}

// The name in the gutter is short; the table has the whole title.
Lane coverage_lane(const assess::CoverageLine& line) {
  Lane lane{line.log, "spans", {}, false};
  for (const auto& span : line.spans) {
    lane.marks.push_back({span.first, span.last, "",
                          fmt::format("covered {}", span_text(span.first, span.last)), Tone::good,
                          Shape::bar});
  }
  for (const auto& gap : line.gaps) {
    lane.marks.push_back({gap.first, gap.last, "gap",
                          fmt::format("gap {}: {}", span_text(gap.first, gap.last), gap.hides), Tone::warn,
                          Shape::open_bar});
  }
  return lane;
}

Html chart(const PageContext& page) {
  const TimeRange range{page.hunt.window_start, page.hunt.window_end};
  if (range.empty() || page.server.coverage.empty()) return {};
  Plot plot{.id = page.id("plot-coverage"),
            .title = "Coverage of each log over the campaign's window",
            .description =
                "One lane a log; solid bars are covered, dashed bars are gaps. The table below holds the "
                "same as text.",
            .range = range,
            .dates = {{page.hunt.mass_start, "mass exploitation begins"},
                      {page.hunt.patch_released, "patch released"},
                      {page.server.patched_at.value_or(Timestamp{}), "this server patched"}},
            .lanes = {}};
  for (const auto& line : page.server.coverage) plot.lanes.push_back(coverage_lane(line));
  return element("figure", {element("figcaption", fmt::format("{} to {} (UTC)", to_date_text(range.first),
                                                              to_date_text(range.last))),
                            draw(plot)});
}

std::string remarks(const assess::CoverageLine& line) {
  std::string words = line.note;
  const auto add = [&words](bool holds, std::string_view what) {
    if (holds) words += fmt::format("{}{}", words.empty() ? "" : "; ", what);
  };
  add(line.local_time, "times are local, not UTC");
  add(line.guessed_header, "columns guessed, as a header was missing");
  return words;
}

Html need(const assess::CoverageLine& line) {
  if (line.decisive) return badge("decisive", Tone::info);
  return line.needed ? badge("needed", Tone::info) : badge("helpful", Tone::none);
}

Html share(double part, bool needed) {
  const Tone tone = part >= 0.9 ? Tone::good : needed ? Tone::warn : Tone::none;
  return badge(percent_text(part), tone);
}

void add_line(Table& table, const assess::CoverageLine& line) {
  table.row({text(title_of(line)), need(line), share(line.share_of_crucial_days, line.needed),
             share(line.share_of_window, line.needed), text(number_text(line.files)),
             text(bytes_text(line.bytes)), text(number_text(line.rows)), text(number_text(line.damaged_rows)),
             text(remarks(line))});
}

Html table_of(const ServerReport& server) {
  Table table(
      "Logs and the share of hours that they cover",
      {"Log", "Needed", "Crucial days", "Window", "Files", "Size", "Rows", "Damaged rows", "Remarks"});
  for (const auto& line : server.coverage) add_line(table, line);
  return table.empty() ? note("No log that this campaign's verdict rests on was found.") : table.html();
}

Html gaps_of(const assess::CoverageLine& line) {
  Html items;
  for (std::size_t i = 0; i < std::min(line.gaps.size(), kMostGaps); ++i) {
    const assess::CoverageGap& gap = line.gaps[i];
    items += element("li",
                     {element("strong", span_text(gap.first, gap.last)),
                      text(fmt::format(" ({}): ", to_duration_text(gap.last - gap.first))), text(gap.hides)});
  }
  if (items.empty()) return {};
  Html html = element("h4", title_of(line)) + element("ul", items);
  if (line.gaps.size() > kMostGaps)
    html += note(fmt::format("{} more in report.json.", line.gaps.size() - kMostGaps));
  return html;
}

Html all_gaps(const ServerReport& server) {
  Html gaps;
  for (const auto& line : server.coverage) gaps += gaps_of(line);
  return gaps.empty() ? gaps
                      : element("h3", "What the gaps hide") + element("div", {{"class", "gaps"}}, gaps);
}

}  // namespace

Html coverage_section(const PageContext& page) {
  return section(page, "coverage", "Coverage",
                 lead("What no log covers can't be ruled out. Crucial days: from the start of mass "
                      "exploitation until this server was "
                      "patched, or the end of the window.") +
                     chart(page) + table_of(page.server) + all_gaps(page.server));
}

}  // namespace afterpatch::report
