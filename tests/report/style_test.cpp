#include "report/page/style.h"

#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

using Palette = std::map<std::string, std::string>;

// Declarations such as "--bad-tint:#f9ded3".
Palette read_palette(std::string_view css) {
  Palette palette;
  for (std::size_t at = css.find("--"); at != std::string_view::npos; at = css.find("--", at + 2)) {
    const std::size_t colon = css.find_first_of(":)", at);
    if (colon == std::string_view::npos || css.substr(colon, 2) != ":#") continue;
    palette[std::string(css.substr(at + 2, colon - at - 2))] = css.substr(colon + 2, 6);
  }
  return palette;
}

// Light, then dark: the first and second set of colours in the sheet.
std::vector<Palette> palettes() {
  const std::string css = style_sheet().markup();
  const std::size_t dark = css.find("prefers-color-scheme:dark");
  return {read_palette(std::string_view(css).substr(0, dark)),
          read_palette(std::string_view(css).substr(dark))};
}

// WCAG 2.1, definitions of relative luminance and contrast ratio.
double luminance(const std::string& hex) {
  double sum = 0;
  constexpr double kWeights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    const double c = std::stoi(hex.substr(2 * i, 2), nullptr, 16) / 255.0;
    sum += kWeights[i] * (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::string& a, const std::string& b) {
  const double high = std::max(luminance(a), luminance(b));
  const double low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

TEST(Style, HasEnoughContrastInBothSchemes) {
  for (const Palette& palette : palettes()) {
    ASSERT_EQ(palette.size(), 17U);
    for (const char* word : {"ink", "soft", "link", "bad", "warn", "info", "good", "none"}) {
      for (const char* ground : {"paper", "panel", "shade"}) {
        EXPECT_GE(contrast(palette.at(word), palette.at(ground)), 4.5) << word << " on " << ground;
      }
    }
    for (const std::string tone : {"bad", "warn", "info", "good", "none"}) {
      EXPECT_GE(contrast(palette.at(tone), palette.at(tone + "-tint")), 4.5) << tone << " on its tint";
      EXPECT_GE(contrast(palette.at("ink"), palette.at(tone + "-tint")), 4.5)
          << "ink on the tint of " << tone;
    }
    EXPECT_GE(contrast(palette.at("paper"), palette.at("ink")), 4.5);
  }
}

TEST(Style, LoadsNothing) {
  const std::string sheet = style_sheet().markup();
  for (const char* word : {"url(", "@import", "http"}) EXPECT_EQ(sheet.find(word), std::string::npos) << word;
  const std::string script = page_script().markup();
  for (const char* word : {"http", "fetch", "XMLHttp", "import", "eval", "innerHTML"})
    EXPECT_EQ(script.find(word), std::string::npos) << word;
}

// Inside <style> and <script> nothing is escaped, so they must not be able to end early.
TEST(Style, HoldsNoEndTag) {
  EXPECT_EQ(style_sheet().markup().find("</"), std::string::npos);
  EXPECT_EQ(page_script().markup().find("</"), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::report
