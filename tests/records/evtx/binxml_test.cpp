#include "records/evtx/binxml.h"

#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "step_text.h"

namespace afterpatch::records::evtx {
namespace {

struct Compiled {
  Damage damage = Damage::none;
  std::string steps;
  std::vector<std::string> values;
  std::size_t end = 0;
};

Compiled compile(std::string_view chunk, const FragmentOptions& options = {}) {
  Cursor cursor(chunk, kChunkHeaderBytes);
  NameTable names;
  Steps steps;
  std::vector<Value> values;
  Compiled compiled;
  compiled.damage = compile_steps(chunk, cursor, options, names, steps, values);
  compiled.steps = steps_text(steps, names);
  for (const Value& value : values) compiled.values.push_back(to_text(value));
  compiled.end = cursor.at();
  return compiled;
}

std::string steps_of(const Writer& content) {
  ChunkMaker chunk;
  content(chunk);
  const Compiled compiled = compile(chunk.bytes());
  return compiled.damage == Damage::none ? compiled.steps : std::string(to_string(compiled.damage));
}

TEST(BinXml, ElementsNestAndHaveText) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.fragment().open("Event").close_start();
              c.open("Data").close_start().text("x").end();
              c.end().stop();
            }),
            "<Event > <Data > 'x' </> </>");
}

TEST(BinXml, EmptyElementClosesItself) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("Event").close_empty().stop(); }), "<Event > </>");
}

TEST(BinXml, AttributesStandBehindTheirElement) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.open_with_attributes("Provider").attribute("Name").text("p").attribute("Guid").slot(3);
              c.close_empty().stop();
            }),
            "<Provider @Name 'p' @Guid $3 > </>");
}

TEST(BinXml, BothKindsOfSubstitutionKeepTheirNumber) {
  EXPECT_EQ(
      steps_of([](ChunkMaker& c) { c.open("Data").close_start().slot(0).optional(65535).end().stop(); }),
      "<Data > $0 ?65535 </>");
}

TEST(BinXml, CharactersEntitiesAndCdataAreContent) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.open("Data").close_start();
              c.token(Token::char_reference, kMoreData).number<std::uint16_t>(0x20ac);
              c.token(Token::entity_reference, kMoreData).name("amp");
              c.token(Token::cdata).number<std::uint16_t>(4).raw(utf16("<b>&"));
              c.end().stop();
            }),
            "<Data > #8364 &amp '<b>&' </>");
}

TEST(BinXml, ProcessingInstructionsAreLeftOut) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.open("Data").close_start();
              c.token(Token::instruction_target).name("php");
              c.token(Token::instruction_data).number<std::uint16_t>(3).raw(utf16("abc"));
              c.text("x").end().stop();
            }),
            "<Data > 'x' </>");
}

TEST(BinXml, TextMayHaveMoreTextBehindIt) {
  EXPECT_EQ(
      steps_of([](ChunkMaker& c) {
        c.open("Data").close_start();
        c.token(Token::value, kMoreData).number<std::uint8_t>(1).number<std::uint16_t>(1).raw(utf16("a"));
        c.slot(0).text("b").end().stop();
      }),
      "<Data > 'a' $0 'b' </>");
}

TEST(BinXml, NamesMayStandInlineOrFarAway) {
  const std::string steps = steps_of([](ChunkMaker& c) {
    c.open("Event").close_start();
    c.open("Event").close_start().end();  // far: defined by the outer element
    c.end().stop();
  });
  EXPECT_EQ(steps, "<Event > <Event > </> </>");
}

TEST(BinXml, NamesMayStandBehindTheirUse) {
  ChunkMaker chunk;
  chunk.token(Token::open_start_element).number<std::uint16_t>(0xFFFF).number<std::uint32_t>(6);
  const std::size_t place = chunk.size();
  chunk.number<std::uint32_t>(0).close_start().end().stop();
  chunk.put(place, little_endian(chunk.here()));
  chunk.define_name("Later");
  EXPECT_EQ(compile(chunk.bytes()).steps, "<Later > </>");
}

TEST(BinXml, ElementsOfNestedValuesHaveNoDependencyIds) {
  ChunkMaker chunk;
  chunk.dependency_ids(false).open("EventData").close_start();
  chunk.open("Data").close_start().text("x").end().end().stop();
  const std::string bytes = chunk.bytes();
  EXPECT_EQ(compile(bytes, {.has_dependency_ids = false}).steps, "<EventData > <Data > 'x' </> </>");
  EXPECT_NE(compile(bytes, {.has_dependency_ids = true}).damage, Damage::none);
}

TEST(BinXml, LiteralsBecomeValuesWhereAsked) {
  ChunkMaker chunk;
  chunk.open("Data").close_start().text("one").end();
  chunk.open("Data").close_start().text("two").end().stop();
  const Compiled compiled = compile(chunk.bytes(), {.literals_are_values = true});
  EXPECT_EQ(compiled.steps, "<Data > $0 </> <Data > $1 </>");
  EXPECT_EQ(compiled.values, (std::vector<std::string>{"one", "two"}));
}

// So that records alike share a shape, and records with other names of data don't.
TEST(BinXml, NamesOfDataStayWithTheShapeWhereLiteralsBecomeValues) {
  ChunkMaker chunk;
  chunk.open_with_attributes("Data").attribute("Name").text("User").attribute("Other").text("v");
  chunk.close_start().text("alice").end().stop();
  const Compiled compiled = compile(chunk.bytes(), {.literals_are_values = true});
  EXPECT_EQ(compiled.steps, "<Data @Name 'User' @Other $0 > $1 </>");
  EXPECT_EQ(compiled.values, (std::vector<std::string>{"v", "alice"}));
}

TEST(BinXml, StopsAtTheEndToken) {
  ChunkMaker chunk;
  chunk.open("Event").close_empty().stop();
  const std::size_t end = chunk.size();
  chunk.raw("\xff\xff what follows is padding");
  const Compiled compiled = compile(chunk.bytes());
  EXPECT_EQ(compiled.damage, Damage::none);
  EXPECT_EQ(compiled.end, end);
}

TEST(BinXml, RefusesWhatIsNoToken) {
  for (int byte = 0x10; byte < 256; ++byte) {
    if ((byte & ~kMoreData) <= 0x0f) continue;
    ChunkMaker chunk;
    chunk.number(static_cast<std::uint8_t>(byte)).raw(std::string(40, '\0'));
    EXPECT_EQ(compile(chunk.bytes()).damage, Damage::bad_token) << byte;
  }
}

TEST(BinXml, RefusesLiteralsThatAreNoText) {
  EXPECT_EQ(
      steps_of([](ChunkMaker& c) {
        c.open("Data").close_start().token(Token::value).number<std::uint8_t>(8).number<std::uint32_t>(1);
        c.end().stop();
      }),
      to_string(Damage::bad_token));
}

TEST(BinXml, RefusesAnEndWithoutBeginning) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").close_start().end().end().stop(); }),
            to_string(Damage::bad_token));
}

TEST(BinXml, RefusesATemplateInsideElements) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").close_start().instance_of(512, 1).end().stop(); }),
            to_string(Damage::bad_token));
}

TEST(BinXml, RefusesNamesOutsideTheChunk) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.token(Token::open_start_element).number<std::uint16_t>(0).number<std::uint32_t>(1);
              c.number<std::uint32_t>(70000).close_start().end().stop();
            }),
            to_string(Damage::bad_name));
}

TEST(BinXml, RefusesAnElementThatIsLargerThanWhatIsLeft) {
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.token(Token::open_start_element).number<std::uint16_t>(0).number<std::uint32_t>(0x7FFFFFFF);
              c.name("a").close_start().end().stop();
            }),
            to_string(Damage::ends_early));
}

std::string nested_elements(std::size_t depth) {
  return steps_of([depth](ChunkMaker& c) {
    for (std::size_t i = 0; i < depth; ++i) c.open("a").close_start();
    for (std::size_t i = 0; i < depth; ++i) c.end();
    c.stop();
  });
}

TEST(BinXml, DepthIsBounded) {
  EXPECT_TRUE(nested_elements(kMaxElementDepth).starts_with("<a > <a >"));
  EXPECT_EQ(nested_elements(kMaxElementDepth + 1), to_string(Damage::too_deep));
}

TEST(BinXml, NumberOfStepsIsBounded) {
  const auto many = [](std::size_t count) {
    return steps_of([count](ChunkMaker& c) {
      c.open("a").close_start();
      for (std::size_t i = 0; i < count; ++i) c.token(Token::char_reference).number<std::uint16_t>(65);
      c.end().stop();
    });
  };
  EXPECT_NE(many(kMaxSteps - 3), to_string(Damage::too_large));
  EXPECT_EQ(many(kMaxSteps - 2), to_string(Damage::too_large));
}

TEST(BinXml, UsesOfOneSlotAreBounded) {
  const auto uses = [](std::size_t count) {
    return steps_of([count](ChunkMaker& c) {
      c.open("a").close_start();
      for (std::size_t i = 0; i < count; ++i) c.slot(7).slot(static_cast<std::uint16_t>(100 + i));
      c.end().stop();
    });
  };
  EXPECT_NE(uses(kMaxUsesOfSlot), to_string(Damage::too_large));
  EXPECT_EQ(uses(kMaxUsesOfSlot + 1), to_string(Damage::too_large));
}

// Else the XML of a hostile event could hold markup of its own.
TEST(BinXml, RefusesTokensThatMustNotStandWhereTheyStand) {
  const std::string bad = std::string(to_string(Damage::bad_token));
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").text("x").close_start().end().stop(); }), bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").slot(0).close_start().end().stop(); }), bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").close_start().attribute("b").text("x").end().stop(); }),
            bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").open("b").close_empty().close_empty().stop(); }), bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").close_start().close_start().end().stop(); }), bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.open("a").end().stop(); }), bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) { c.close_empty().stop(); }), bad);
  EXPECT_EQ(
      steps_of([](ChunkMaker& c) { c.open("a").token(Token::entity_reference).name("lt").close_empty(); }),
      bad);
  EXPECT_EQ(steps_of([](ChunkMaker& c) {
              c.open("a").token(Token::char_reference).number<std::uint16_t>(65).close_empty();
            }),
            bad);
}

TEST(BinXml, OverwrittenNamesAreTakenRefusedOrMarked) {
  ChunkMaker chunk;
  chunk.open("a").close_start().open("a").close_start().end().end().stop();
  std::string bytes = chunk.bytes();
  // Behind token, dependency id, size and offset; then next offset, hash and count of the name.
  bytes[kChunkHeaderBytes + 11 + 8] = 'b';
  EXPECT_EQ(compile(bytes).steps, "<b > <b > </> </>");
  EXPECT_EQ(compile(bytes, {.overwritten_names = OverwrittenNames::refused}).damage, Damage::bad_name);
  EXPECT_EQ(compile(bytes, {.overwritten_names = OverwrittenNames::marked}).damage, Damage::bad_name)
      << "where an inline name ends is not known either";
}

TEST(BinXml, EndsEarlyWhereverItIsCutOff) {
  ChunkMaker chunk;
  chunk.fragment().open_with_attributes("Event").attribute("xmlns").text("urn").close_start();
  chunk.open_with_attributes("Data").attribute("Name").slot(0).close_start();
  chunk.token(Token::char_reference).number<std::uint16_t>(65);
  chunk.token(Token::entity_reference).name("lt").optional(1).text("tail").end();
  chunk.end();
  const std::string whole = chunk.bytes();
  ASSERT_EQ(compile(whole).damage, Damage::none) << "the end token may be missing";
  for (std::size_t size = kChunkHeaderBytes + 5; size < whole.size(); ++size) {
    // An exact copy, so that a sanitizer sees a read behind it.
    const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(compile({exact.data(), exact.size()}).damage, Damage::none) << size;
  }
}

TEST(BinXml, EveryDamageHasItsWords) {
  for (int damage = 1; damage <= static_cast<int>(Damage::ends_early); ++damage) {
    EXPECT_NE(to_string(static_cast<Damage>(damage)), to_string(Damage::none));
    EXPECT_NE(to_string(static_cast<Damage>(damage)), "damaged");
  }
}

}  // namespace
}  // namespace afterpatch::records::evtx
