// Works out what string operations give whose operands are all known: what a decoder, a replacement or a join
// makes of constants. Each result is bounded; nothing is run.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "detect/scripts/value.h"

namespace afterpatch::detect::scripts {

inline constexpr std::size_t kMaxFoldedBytes = 1U << 20U;

// The value of `name(arguments...)`, where `name` is a lower-case function or method ("chr", "base64_decode",
// "fromcharcode", ...) and every argument is constant; nullopt if it is no such function or gives nothing.
std::optional<std::string> fold_call(std::string_view name, std::span<const Value> arguments);

// Whether fold_call knows the function, so that an unknown argument gives a value "built" of it.
bool builds_text(std::string_view name);
// Functions whose folded value is a list.
bool gives_list(std::string_view name);
// Functions that undo an encoding ("base64_decode", "gzinflate", "frombase64string", "openssl_decrypt", ...).
bool decodes(std::string_view name);

// Bitwise operators of PHP on two strings.
std::string fold_bits(std::string_view a, std::string_view b, char operation);

std::optional<long long> to_number(std::string_view text);  // decimal, 0x, &H, 0 octal as PHP has it

// Item `key` of a list value; nullopt if there is none.
std::optional<std::string_view> list_item(std::string_view list, std::string_view key);

// A long text that nobody is meant to read: base64, hex, escapes, compressed bytes.
bool looks_encoded(std::string_view text);

}  // namespace afterpatch::detect::scripts
