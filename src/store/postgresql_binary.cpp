#include "store/postgresql_binary.h"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <charconv>

namespace afterpatch::store {
namespace {

constexpr int kBinary = 1;
constexpr std::size_t kTidBytes = 6;  // block (4) and line in it (2)
constexpr std::size_t kCountAt = 12;  // in the head of an array
constexpr std::uint32_t kBigint = 20;

// pg_type.dat: the number of the array of each type.
std::uint32_t array_type(BinaryArray::Of type) {
  switch (type) {
    case BinaryArray::Of::bigint:
      return 1016;
    case BinaryArray::Of::integer:
      return 1007;
    case BinaryArray::Of::text:
      return 1009;
    case BinaryArray::Of::tid:
      return 1010;
  }
  return 0;
}

std::size_t bytes_of(BinaryArray::Of type) {
  if (type == BinaryArray::Of::integer) return 4;
  return type == BinaryArray::Of::tid ? kTidBytes : 8;
}

}  // namespace

BinaryArray::BinaryArray(Of type) : type_(type) {
  append_big_endian(bytes_, std::int32_t{1});  // dimensions
  append_big_endian(bytes_, std::int32_t{0});  // no NULL
  append_big_endian(bytes_, static_cast<std::uint32_t>(type));
  append_big_endian(bytes_, std::int32_t{0});  // how many: written by parameter()
  append_big_endian(bytes_, std::int32_t{1});  // the first one's index
}

void BinaryArray::add(std::int64_t number) {
  ++count_;
  append_big_endian(bytes_, static_cast<std::int32_t>(bytes_of(type_)));
  if (type_ == Of::integer) return append_big_endian(bytes_, static_cast<std::int32_t>(number));
  if (type_ == Of::bigint) return append_big_endian(bytes_, number);
  append_big_endian(bytes_, static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) >> 16U));
  append_big_endian(bytes_, static_cast<std::uint16_t>(number));
}

void BinaryArray::add(std::string_view text) {
  ++count_;
  append_big_endian(bytes_, static_cast<std::int32_t>(text.size()));
  bytes_ += text;
}

BinaryParameter BinaryArray::parameter() {
  std::string count;
  append_big_endian(count, count_);
  bytes_.replace(kCountAt, count.size(), count);
  return {array_type(type_), bytes_};
}

BinaryParameter BinaryNumber::parameter() const {
  return {kBigint, bytes_};
}

void BinaryRows::Free::operator()(pg_result* result) const {
  PQclear(result);
}

BinaryRows::BinaryRows(pg_result* result) : result_(result) {}

int BinaryRows::count() const {
  return PQntuples(result_.get());
}

bool BinaryRows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::int64_t BinaryRows::number(int row, int column) const {
  const std::string_view bytes = text(row, column);
  const bool negative = bytes.size() != kTidBytes && !bytes.empty() && (bytes.front() & '\x80') != 0;
  std::uint64_t number = negative ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

std::string_view BinaryRows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t BinaryRows::changed() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

BinaryRows ask(soci::session& session, const std::string& question,
               const std::vector<BinaryParameter>& parameters) {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> formats(parameters.size(), kBinary);
  for (const BinaryParameter& parameter : parameters) {
    types.push_back(parameter.type);
    values.push_back(parameter.bytes.data());
    lengths.push_back(static_cast<int>(parameter.bytes.size()));
  }
  PGconn* connection = static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
  PGresult* result = PQexecParams(connection, question.c_str(), static_cast<int>(parameters.size()),
                                  types.data(), values.data(), lengths.data(), formats.data(), kBinary);
  BinaryRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw soci::soci_error(PQerrorMessage(connection));
  return rows;
}

}  // namespace afterpatch::store
