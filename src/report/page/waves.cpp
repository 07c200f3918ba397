// What was hunted for beside the campaign that the page is about: a server may have been hit by several.
#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"
#include "report/write_report.h"

namespace afterpatch::report {
namespace {

Tone tone_of(const Verdict& verdict) {
  if (verdict.compromise >= assess::Compromise::exploited) return Tone::bad;
  if (verdict.compromise == assess::Compromise::probed) return Tone::warn;
  return verdict.coverage_sufficient ? Tone::good : Tone::none;
}

Html link_to(const HuntReport& other) {
  const std::string file = page_file_of(other);
  return element("a", {{"href", file}}, file);
}

}  // namespace

Html waves_section(const PageContext& page) {
  Table table("Verdict for each of the other waves",
              {"wave", "days", "compromise", "what that means", "exposure", "its own page"}, TooWide::stack);
  for (const HuntReport& other : page.hunt.other_campaigns) {
    for (const ServerReport& server : other.servers) {
      table.row({element("span", campaign_name(other)),
                 element("span", fmt::format("{} to {}", to_date_text(other.window_start),
                                             to_date_text(other.window_end))),
                 badge(compromise_label(server.verdict), tone_of(server.verdict)),
                 element("span", headline(server.verdict)), element("span", exposure_words(server)),
                 link_to(other)});
    }
  }
  const Html content = table.empty() ? note("Only this wave was looked for.") : table.html();
  return section(page, "waves", "Other waves",
                 lead("The same evidence, asked about other waves of attacks on this product.") + content);
}

}  // namespace afterpatch::report
