#include "report/json_tree.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace afterpatch::report {
namespace {

TEST(JsonTree, IsWrittenAsItIsInItsOrder) {
  const boost::json::value tree = {{"b", {1, -2, true, nullptr}}, {"a", {{"x", "y"}}}};
  JsonWriter json(JsonWriter::Layout::compact);
  write_tree(json, tree);
  EXPECT_EQ(json.take(), R"({"b":[1,-2,true,null],"a":{"x":"y"}})");
}

TEST(JsonTree, EscapesWhatDrivesATerminal) {
  const std::string text = document_text({{"a", "\x1b[2J\u202e"}});
  EXPECT_EQ(text, "{\n  \"a\": \"\\u001b[2J\\u202e\"\n}\n");
}

}  // namespace
}  // namespace afterpatch::report
