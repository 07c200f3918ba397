// Whether a page of PHP can do anything that is noted at all, told from its tokens before it is walked. Most
// files of an application call nothing of the vocabulary, and walking costs five times what lexing does.
//
// The idea: every finding of the interpreter begins at a name it looks up: a function or class of the
// vocabulary, a function that calls what it is given, a class of reflection, an include, or a call of a value
// that is no name. The first four stand in the tokens, the last has a shape that does. Text that is evaluated
// or decoded only counts behind one of them. So a page without any has no findings, whatever its values are.
//
//   may_act(tokens of "$x = array_keys($y); return $x;", {})  == false
//   may_act(tokens of "$f = 'sys' . 'tem'; $f('id');", {})    == true: a call of a value
#pragma once

#include <span>
#include <string_view>

#include "detect/scripts/language.h"
#include "detect/scripts/token.h"

namespace afterpatch::detect::scripts {

// False only where a walk of these tokens, which hold the whole page, would find nothing to judge by.
// `fields` are the names that the page's forms send. Linear in the tokens; thread-safe.
bool may_act(std::span<const Token> tokens, std::span<const std::string_view> fields);

// Whether all that stands outside of bodies declares: classes, functions, namespaces and what is used in PHP,
// and what such files do before (other scripts, constants, "if (!defined('X')) exit;"); classes in VBScript.
// In other languages it tells nothing, since their servers call what is declared.
bool only_declares(std::span<const Token> tokens, Language language);

// Whether another page must have begun: it uses "$this" outside of any class, as only a file that a method
// includes can, or ends where a constant is not defined ("defined('X') or die").
bool is_part_of_application(std::span<const Token> tokens);

// How many bitwise operators stand between two texts, or a text and a bare word.
std::size_t combined_texts(std::span<const Token> tokens);

}  // namespace afterpatch::detect::scripts
