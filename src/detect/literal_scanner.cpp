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

using OnHit = std::function<void(std::uint32_t, std::size_t)>;

int report_hit(unsigned int id, unsigned long long, unsigned long long end, unsigned int, void* context) {
  (*static_cast<const OnHit*>(context))(id, static_cast<std::size_t>(end));
  return 0;
}

std::shared_ptr<void> own(hs_database_t* database) {
  return {database, [](void* owned) { hs_free_database(static_cast<hs_database_t*>(owned)); }};
}

}  // namespace

void LiteralScanner::Scratch::Free::operator()(void* scratch) const {
  hs_free_scratch(static_cast<hs_scratch_t*>(scratch));
}

Result<LiteralScanner> LiteralScanner::compile(const std::vector<ScanLiteral>& literals) {
  LiteralScanner scanner;
  if (literals.empty()) return scanner;
  std::vector<std::string> expressions;
  for (const ScanLiteral& literal : literals) expressions.push_back(expression_of(literal));
  std::vector<const char*> pointers;
  std::vector<unsigned int> flags(literals.size(), HS_FLAG_CASELESS);
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
  scanner.database_ = own(database);
  return scanner;
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

void LiteralScanner::scan(std::string_view block, Scratch& scratch, const OnHit& on_hit) const {
  if (!database_ || !scratch.scratch_) return;
  hs_scan(static_cast<const hs_database_t*>(database_.get()), block.data(),
          static_cast<unsigned int>(block.size()), 0, static_cast<hs_scratch_t*>(scratch.scratch_.get()),
          report_hit, const_cast<OnHit*>(&on_hit));
}

}  // namespace afterpatch::detect
