#include "situation/picture.h"

namespace afterpatch::situation {

store::ServerQuery query_of(const List& list) {
  store::ServerQuery query;
  for (const auto& [name, value] : list.parameters) {
    if (name == "country") query.country = value;
    if (name == "region") query.region = value;
    if (name == "sector") query.sector = value;
    if (name == "stage") query.stage = value;
    if (name == "certainty") query.certainty = value;
    if (name == "present") query.present = value == "true";
    if (name == "compromise") query.compromise = store::compromise_named(value);
    if (name == "at_least") query.at_least = store::compromise_named(value);
    if (name == "exposure") query.exposure = value;
    if (name == "cluster") query.cluster = value;
  }
  return query;
}

}  // namespace afterpatch::situation
