#include "web/statements.h"

#include "notify/case_book.h"
#include "web/shared.h"

namespace afterpatch::web {

store::Statement statement_of(const Context& context, const std::string& source, const std::string& kind,
                              const std::string& subject_kind, const std::string& subject,
                              const boost::json::object& content) {
  return {context.now, context.now, source, kind, subject_kind, subject, "", boost::json::serialize(content)};
}

Result<void> record(Context& context, const std::vector<store::Statement>& statements) {
  auto kept = notify::record(context.store, statements);
  if (kept) context.shared.store_changed_here();
  return kept;
}

}  // namespace afterpatch::web
