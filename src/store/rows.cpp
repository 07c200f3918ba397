#include "store/rows.h"

#include <fmt/format.h>

namespace afterpatch::store {
namespace {

constexpr int kPortion = 4096;  // rows

}  // namespace

Rows::Rows(Database& database, std::string query, Expect expect)
    : database_(database),
      text_(std::move(query)),
      by_cursor_(expect == Expect::many && database.dialect() == Dialect::postgresql),
      query_(database.session()),
      portion_(database.session()) {}

// The transaction held only the cursor, or what somebody else did meanwhile and was told is done.
Rows::~Rows() {
  if (cursor_.empty()) return;
  try {
    portion_.clean_up();
    database_.session() << "CLOSE " + cursor_;
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nothing is left to do
    // The transaction failed or the connection is gone: the cursor went with it.
  }
  if (!own_transaction_) return;
  try {
    database_.commit();
  } catch (const std::exception&) {
    database_.roll_back();
  }
}

bool Rows::next() {
  if (!started_) start();
  if (!by_cursor_) return query_.fetch();
  return portion_.fetch() || next_portion();
}

void Rows::start() {
  started_ = true;
  if (by_cursor_) return open_cursor();
  query_.alloc();
  query_.prepare(text_);
  query_.define_and_bind();
  query_.execute();
}

void Rows::open_cursor() {
  own_transaction_ = !database_.in_transaction();
  if (own_transaction_) database_.begin();
  cursor_ = database_.new_cursor_name();
  query_.alloc();
  query_.prepare(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", cursor_, text_),
                 soci::details::st_one_time_query);
  query_.define_and_bind();
  query_.execute(true);
  portion_.alloc();
  portion_.prepare(fmt::format("FETCH {} FROM {}", kPortion, cursor_), soci::details::st_one_time_query);
  portion_.define_and_bind();
  portion_.execute();
}

bool Rows::next_portion() {
  portion_.execute();
  return portion_.fetch();
}

}  // namespace afterpatch::store
