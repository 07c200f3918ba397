// Whether a page of PHP is so plain that it needs no tokens: a reading of its bytes that only looks for what
// php_first_look.h would stop at. Most files of an application are, and cutting them into tokens costs three
// times as much.
//
// The idea: cut the code where the lexer cuts it (brace_tokens.h), keep the last token instead of all, and
// give up at whatever the first look stops at, and at whatever would need more than the last token to tell
// (a heredoc, a callback, a comment behind a name of the vocabulary). So "plain" is a promise, and its
// opposite says nothing.
//
//   is_plain("<?php $x = array_keys($y); return $x;") == true
//   is_plain("<?php $f = 'sys' . 'tem'; $f('id');")   == false: a call of a value
#pragma once

#include <span>
#include <string_view>

#include "detect/scripts/page.h"

namespace afterpatch::detect::scripts {

// True only where may_act() of the page's tokens is false and combined_texts() is 0. All regions must be PHP.
// `fields` are the names that the page's forms send. Linear in the page; thread-safe.
bool is_plain(std::span<const Region> regions, std::span<const std::string_view> fields);

}  // namespace afterpatch::detect::scripts
