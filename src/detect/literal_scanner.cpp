#include "detect/literal_scanner.h"

#include <hs/hs.h>

#include <fmt/format.h>

namespace afterpatch::detect {
namespace {

// A literal as a Hyperscan expression in which no byte is special.
std::string expression_of(const ScanLiteral& literal) {
  std::string expression;
  for (const char c : literal.text) {
    if (literal.space_or_plus && c == ' ') {
      expression += "[ +]";
    } else {
      expression += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return expression;
}

struct Reporting {
  const std::vector<std::uint32_t>& numbers;
  const OnLiteral& on_hit;
};

int report_hit(unsigned int id, unsigned long long, unsigned long long end, unsigned int, void* context) {
  const auto& reporting = *static_cast<const Reporting*>(context);
  reporting.on_hit(reporting.numbers[id], static_cast<std::size_t>(end));
  return 0;
}

std::shared_ptr<void> own(hs_database_t* database) {
  return {database, [](void* owned) { hs_free_database(static_cast<hs_database_t*>(owned)); }};
}

}  // namespace

void LiteralScanner::Scratch::Free::operator()(void* scratch) const {
  hs_free_scratch(static_cast<hs_scratch_t*>(scratch));
}

Result<LiteralScanner> LiteralScanner::compile(const std::vector<ScanLiteral>& literals,
                                               std::string_view sample) {
  LiteralScanner scanner;
  scanner.grams_ = std::make_shared<const QGramScanner>(literals, sample, scanner.left_over_);
  if (const auto compiled = scanner.compile_rest(literals); !compiled)
    return std::unexpected(compiled.error());
  return scanner;
}

Result<void> LiteralScanner::compile_rest(const std::vector<ScanLiteral>& literals) {
  if (left_over_.empty()) return {};
  std::vector<std::string> expressions;
  for (const std::uint32_t number : left_over_) expressions.push_back(expression_of(literals[number]));
  std::vector<const char*> pointers;
  std::vector<unsigned int> flags(expressions.size(), HS_FLAG_CASELESS);
  std::vector<unsigned int> ids;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    pointers.push_back(expressions[i].c_str());
    ids.push_back(static_cast<unsigned int>(i));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(pointers.data(), flags.data(), ids.data(), static_cast<unsigned int>(ids.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const std::string reason =
        error != nullptr && error->message != nullptr ? error->message : "unknown reason";
    hs_free_compile_error(error);
    return fail("the literal search can't be built: " + reason);
  }
  database_ = own(database);
  return {};
}

LiteralScanner::Scratch LiteralScanner::make_scratch() const {
  Scratch scratch;
  hs_scratch_t* made = nullptr;
  if (database_ &&
      hs_alloc_scratch(static_cast<const hs_database_t*>(database_.get()), &made) == HS_SUCCESS) {
    scratch.scratch_.reset(made);
  }
  return scratch;
}

void LiteralScanner::scan(std::string_view block, Scratch& scratch, const OnLiteral& on_hit) const {
  if (grams_) grams_->scan(block, on_hit);
  if (!database_ || !scratch.scratch_) return;
  const Reporting reporting{left_over_, on_hit};
  hs_scan(static_cast<const hs_database_t*>(database_.get()), block.data(),
          static_cast<unsigned int>(block.size()), 0, static_cast<hs_scratch_t*>(scratch.scratch_.get()),
          report_hit, const_cast<Reporting*>(&reporting));
}

}  // namespace afterpatch::detect
