// Steps as a short text, so that a test can say what it expects: "<Event|@Name='x'|>|text|$0|?1|</>".
#pragma once

#include <string>

#include "records/evtx/names.h"
#include "records/evtx/shape.h"

namespace afterpatch::records::evtx {

inline std::string step_text(const Step& step, const NameTable& names) {
  using Kind = Step::Kind;
  switch (step.kind) {
    case Kind::open_element:
      return "<" + names.text(step.operand);
    case Kind::attribute:
      return "@" + names.text(step.operand);
    case Kind::close_start:
      return ">";
    case Kind::end_element:
      return "</>";
    case Kind::text:
      return "'" + names.text(step.operand) + "'";
    case Kind::character:
      return "#" + std::to_string(step.operand);
    case Kind::entity:
      return "&" + names.text(step.operand);
    case Kind::slot:
      return "$" + std::to_string(step.operand);
    case Kind::optional_slot:
      return "?" + std::to_string(step.operand);
  }
  return "?";
}

inline std::string steps_text(const Steps& steps, const NameTable& names) {
  std::string text;
  for (const Step& step : steps) text += (text.empty() ? "" : " ") + step_text(step, names);
  return text;
}

}  // namespace afterpatch::records::evtx
