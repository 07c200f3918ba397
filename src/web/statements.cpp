#include "web/statements.h"

#include "web/shared.h"

namespace afterpatch::web {

store::Statement statement_of(const Context& context, const std::string& source, const std::string& kind,
                              const std::string& subject_kind, const std::string& subject,
                              const boost::json::object& content) {
  return {context.now, context.now, source, kind, subject_kind, subject, "", boost::json::serialize(content)};
}

Result<void> record(Context& context, const std::vector<store::Statement>& statements) {
  Result<void> kept;
  if (context.shared.jobs.record) {
    kept = context.shared.jobs.record(context.store, statements);
  } else {
    const auto added = context.store.ledger().add(statements);
    if (!added) kept = std::unexpected(added.error());
  }
  if (kept) context.shared.store_changed_here();
  return kept;
}

}  // namespace afterpatch::web
