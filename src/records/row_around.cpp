#include <cstring>

#include "records/record.h"
#include "records/row_finder.h"

namespace afterpatch::records {

RowSpan row_around(std::string_view block, std::size_t at, Dialect dialect) {
  const RowCut row = RowFinder(block).find(at, dialect == Dialect::csv);
  return {row.begin, row.end, row.damaged};
}

}  // namespace afterpatch::records
