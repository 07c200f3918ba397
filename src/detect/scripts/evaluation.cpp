// Text that the page runs as code: lexed and walked in turn.
#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {

// Text that is run: lexed and walked where it stands, in the same variables.
Value Interpreter::evaluate(const Value& code, std::uint32_t at) {
  if (layer_ >= kMaxLayers || code.text.size() < 4 || evaluated_ + code.text.size() > kMaxEvaluatedBytes)
    return {};
  evaluated_ += code.text.size();
  std::vector<Token> tokens;
  const auto lex_part = [&](std::string_view part) {
    const SourceCode source(part, 0, language_, arena_);
    lex(source, language_, arena_, tokens);
    tokens.push_back({.kind = TokenKind::separator, .text = {}});
  };
  std::string_view text = code.text;
  const bool page = language_ == Language::php &&
                    (text.find("<?") != std::string_view::npos || trim(text).starts_with("?>"));
  if (page) {
    // PHP code that leaves PHP first: "?><?php ...".
    const auto leaves = text.find("?>");
    const auto enters = text.find("<?");
    if (leaves > enters)
      text = text.substr(enters);
    else
      lex_part(text.substr(0, leaves)), text = text.substr(std::min(leaves + 2, text.size()));
    for (const Region& region : read_page(text, PageKind::php).regions) lex_part(region.code);
  } else {
    lex_part(text);
  }
  match_brackets(tokens, 0);
  const auto outer_tokens = std::exchange(tokens_, std::span<const Token>(tokens));
  const auto outer_at = std::exchange(at_, 0);
  const auto outer_base = std::exchange(base_, base_ + at);
  for (Token& token : tokens) token.at = 0;
  last_ = {};
  ++layer_;
  statements(tokens.size());
  --layer_;
  base_ = outer_base;
  at_ = outer_at;
  tokens_ = outer_tokens;
  return std::exchange(last_, {});
}

// A transformation's style sheet brings its own script: "<msxsl:script language='JScript'
// implements-prefix=...>".
void Interpreter::script_in_style_sheet(std::string_view text, std::uint32_t at) {
  const auto mark = text.find("implements-prefix");
  if (mark == std::string_view::npos) return;
  const auto from = text.find('>', mark);
  const auto open = text.rfind('<', mark);
  if (from == std::string_view::npos || open == std::string_view::npos) return;
  const auto name = attribute(text.substr(open, from - open), "language").value_or("JScript");
  const auto end = std::min(find_ignoring_case(text, ":script>", from), text.size());
  const Language outer = language_;
  language_ = starts_with_ignoring_case(name, "c")   ? Language::csharp
              : starts_with_ignoring_case(name, "v") ? Language::vbnet
                                                     : Language::jscript;
  std::string code;
  for (const std::string_view line : split(text.substr(from + 1, end - from - 1), '>')) {
    // Elements that name assemblies are no code.
    const auto element = line.rfind('<');
    if (element == std::string_view::npos) {
      code.append(line).push_back('>');
    } else {
      code.append(line.substr(0, element)).push_back(' ');
      if (const auto data = line.find("CDATA["); data != std::string_view::npos)
        code.append(line.substr(data + 6));
    }
  }
  evaluate({.text = arena_.keep(std::move(code)),
            .path = {},
            .place = {},
            .slot = 0,
            .owner = 0,
            .source = 0,
            .traits = kConstant},
           at);
  language_ = outer;
}

}  // namespace afterpatch::detect::scripts
