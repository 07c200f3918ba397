// Questions about thousands of rows at once, with arrays and answers in PostgreSQL's binary formats: neither
// side writes or reads digits. Used inside this room only.
//
// Example:
//   BinaryArray hosts(BinaryArray::Of::bigint);
//   hosts.add(17);
//   const auto rows = ask(session, "SELECT id, name FROM host WHERE id = ANY($1)", {hosts.parameter()});
//   for (int row = 0; row < rows.count(); ++row)
//     use(rows.number(row, 0), rows.text(row, 1));
#pragma once

#include <soci/soci.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace afterpatch::store {

// Big endian, as in all that goes over PostgreSQL's wire.
template <typename Number>
void append_big_endian(std::string& bytes, Number number) {
  std::array<char, sizeof number> written{};
  for (std::size_t i = 0; i < written.size(); ++i)
    written[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * (written.size() - 1 - i)));
  bytes.append(written.data(), written.size());
}

// One value for a question; `bytes` must live until it was asked.
struct BinaryParameter {
  std::uint32_t type = 0;  // the number by which the server knows the type
  std::string_view bytes;
};

// An array of one dimension without NULL (server's source, array_recv: dimensions, whether there is a NULL,
// type; for each dimension length and lower bound; for each element its size and bytes).
class BinaryArray {
 public:
  // Numbers of the types: server's source, pg_type.dat.
  enum class Of : std::uint32_t { bigint = 20, integer = 23, text = 25, tid = 27 };

  explicit BinaryArray(Of type);

  // A number fits in its type. A row's place (tid) is a number as BinaryRows::number() gives it.
  void add(std::int64_t number);
  void add(std::string_view text);

  bool empty() const { return count_ == 0; }
  // Of what was added so far; the array must live, and not change, until the question was asked.
  BinaryParameter parameter();

 private:
  Of type_;
  std::int32_t count_ = 0;
  std::string bytes_;
};

class BinaryNumber {
 public:
  explicit BinaryNumber(std::int64_t number) { append_big_endian(bytes_, number); }
  BinaryParameter parameter() const;

 private:
  std::string bytes_;
};

// The rows of an answer. No row or column is checked to be there.
class BinaryRows {
 public:
  explicit BinaryRows(pg_result* result);

  int count() const;
  bool is_null(int row, int column) const;
  std::int64_t number(int row, int column) const;  // INTEGER, BIGINT or a row's place (tid)
  std::string_view text(int row, int column) const;
  std::int64_t changed() const;  // rows that an UPDATE or DELETE changed

 private:
  struct Free {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Free> result_;
};

// `question` has the parameters $1, $2, ... Throws soci::soci_error.
BinaryRows ask(soci::session& session, const std::string& question,
               const std::vector<BinaryParameter>& parameters);

}  // namespace afterpatch::store
