#include "store/postgresql_binary.h"

#include <gtest/gtest.h>

#include <limits>

#include "store/database.h"
#include "store/postgresql_server.h"

namespace afterpatch::store {
namespace {

using Of = BinaryArray::Of;

class PostgresqlBinary : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) GTEST_SKIP() << "runs with store_on_postgresql";
    PostgresqlServer* server = PostgresqlServer::shared();
    if (server == nullptr) GTEST_SKIP() << PostgresqlServer::kMissing;
    database_ = *Database::open(server->new_database());
  }

  BinaryRows asked(const std::string& question, const std::vector<BinaryParameter>& parameters) {
    return ask(database_->session(), question, parameters);
  }

  std::unique_ptr<Database> database_;
};

TEST_F(PostgresqlBinary, NumbersComeBackAsTheyWent) {
  BinaryArray large(Of::bigint), small(Of::integer);
  for (const std::int64_t number :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, std::int64_t{255},
        std::numeric_limits<std::int64_t>::max()})
    large.add(number);
  for (const std::int64_t number : {-2147483648LL, -1LL, 0LL, 256LL, 2147483647LL}) small.add(number);
  const BinaryRows rows = asked("SELECT a, b, a::TEXT, b::TEXT FROM UNNEST($1, $2) AS t (a, b)",
                                {large.parameter(), small.parameter()});
  ASSERT_EQ(rows.count(), 5);
  for (int row = 0; row < rows.count(); ++row) {
    EXPECT_EQ(std::to_string(rows.number(row, 0)), rows.text(row, 2));
    EXPECT_EQ(std::to_string(rows.number(row, 1)), rows.text(row, 3));
  }
  EXPECT_EQ(rows.number(0, 0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(rows.number(4, 1), 2147483647);
}

TEST_F(PostgresqlBinary, TextsNeedNoEscapes) {
  const std::vector<std::string> texts = {"",
                                          "\"",
                                          "\\",
                                          "{a,b}",
                                          "NULL",
                                          "b\xC3\xBC"
                                          "cher\n"};
  BinaryArray array(Of::text);
  for (const std::string& text : texts) array.add(text);
  const BinaryRows rows =
      asked("SELECT a FROM UNNEST($1) WITH ORDINALITY AS t (a, i) ORDER BY i", {array.parameter()});
  ASSERT_EQ(rows.count(), static_cast<int>(texts.size()));
  for (int row = 0; row < rows.count(); ++row) {
    EXPECT_FALSE(rows.is_null(row, 0));
    EXPECT_EQ(rows.text(row, 0), texts[static_cast<std::size_t>(row)]);
  }
}

TEST_F(PostgresqlBinary, ARowIsFoundByItsPlace) {
  database_->session() << "CREATE TABLE thing (a BIGINT)";
  database_->session() << "INSERT INTO thing SELECT * FROM generate_series(1, 1000)";
  const BinaryRows places = asked("SELECT ctid FROM thing WHERE a IN (1, 700) ORDER BY a", {});
  ASSERT_EQ(places.count(), 2);
  BinaryArray array(Of::tid);
  array.add(places.number(1, 0));
  const BinaryRows found = asked("SELECT a FROM thing WHERE ctid = ANY($1)", {array.parameter()});
  ASSERT_EQ(found.count(), 1);
  EXPECT_EQ(found.number(0, 0), 700);
}

TEST_F(PostgresqlBinary, TellsHowManyRowsChangedAndWhatIsNull) {
  database_->session() << "CREATE TABLE thing (a BIGINT)";
  database_->session() << "INSERT INTO thing SELECT * FROM generate_series(1, 7)";
  EXPECT_EQ(asked("UPDATE thing SET a = NULL WHERE a > $1", {BinaryNumber(4).parameter()}).changed(), 3);
  EXPECT_TRUE(asked("SELECT a FROM thing WHERE a IS NULL", {}).is_null(0, 0));
}

TEST_F(PostgresqlBinary, AMistakeIsAnError) {
  EXPECT_THROW(asked("SELECT nothing", {}), soci::soci_error);
}

}  // namespace
}  // namespace afterpatch::store
