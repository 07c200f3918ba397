#include "records/evtx/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "records/evtx/binxml.h"

namespace afterpatch::records::evtx {
namespace {

using testing::ElementsAre;

class ShapeTest : public testing::Test {
 protected:
  const Shape& shape_of(const Writer& content) {
    ChunkMaker chunk;
    content(chunk);
    bytes_ = chunk.bytes();
    Cursor cursor(bytes_, kChunkHeaderBytes);
    Steps steps;
    std::vector<Value> values;
    EXPECT_EQ(compile_steps(bytes_, cursor, {}, names_, steps, values), Damage::none);
    shape_ = make_shape(7, steps, names_);
    return shape_;
  }
  static std::vector<std::string> names_of(const Shape& shape) {
    std::vector<std::string> names;
    for (const Leaf& leaf : shape.leaves) names.push_back(leaf.name);
    return names;
  }

  std::string bytes_;
  NameTable names_;
  Shape shape_;
};

// An event around what stands in it.
Writer event(const Writer& content) {
  return [content](ChunkMaker& c) {
    c.open("Event").close_start();
    content(c);
    c.end().stop();
  };
}

void named_data(ChunkMaker& c, std::string_view element, std::string_view name, std::uint16_t slot) {
  c.open_with_attributes(element).attribute("Name").text(name).close_start().slot(slot).end();
}

TEST_F(ShapeTest, DataIsNamedByItsNameAttribute) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.open("EventData").close_start();
    named_data(c, "Data", "SubjectUserName", 4);
    named_data(c, "ComplexData", "Details", 5);
    c.end();
  }));
  EXPECT_THAT(names_of(shape), ElementsAre("SubjectUserName", "Details"));
  EXPECT_EQ(shape.leaves[0].slot, 4U);
  EXPECT_EQ(shape.leaves[0].part, Part::data);
  EXPECT_EQ(shape.id, 7U);
}

TEST_F(ShapeTest, DataWithoutNameIsData) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("EventData", [](ChunkMaker& d) {
      d.element("Data", [](ChunkMaker& e) { e.slot(0); });
      d.element("Data", [](ChunkMaker& e) { e.slot(1); });
    });
  }));
  EXPECT_THAT(names_of(shape), ElementsAre("Data", "Data"));
}

TEST_F(ShapeTest, NameOfDataMayBeAValue) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("EventData", [](ChunkMaker& d) {
      d.open_with_attributes("Data").attribute("Name").slot(2).close_start().slot(3).end();
    });
  }));
  ASSERT_EQ(shape.leaves.size(), 1U);
  EXPECT_EQ(shape.leaves[0].name, "");
  EXPECT_EQ(shape.leaves[0].name_slot, 2U);
  EXPECT_EQ(shape.leaves[0].slot, 3U);
}

TEST_F(ShapeTest, ElementsOfUserDataAreNamedByThemselves) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("UserData", [](ChunkMaker& d) {
      d.element("LogFileCleared", [](ChunkMaker& e) {
        e.element("SubjectUserName", [](ChunkMaker& f) { f.slot(0); });
        e.element("Param1", [](ChunkMaker& f) { f.slot(1); });
      });
    });
  }));
  EXPECT_THAT(names_of(shape), ElementsAre("SubjectUserName", "Param1"));
}

TEST_F(ShapeTest, AttributesAreNamedByElementAndAttribute) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("System", [](ChunkMaker& s) {
      s.open_with_attributes("Provider").attribute("Name").text("p").attribute("Guid").slot(1).close_empty();
      s.open_with_attributes("EventID").attribute("Qualifiers").slot(2).close_start().slot(3).end();
    });
  }));
  EXPECT_THAT(names_of(shape),
              ElementsAre("Provider_Name", "Provider_Guid", "EventID_Qualifiers", "EventID"));
  for (const Leaf& leaf : shape.leaves) EXPECT_EQ(leaf.part, Part::system);
}

TEST_F(ShapeTest, NameAttributesOfSystemAreNoNamesOfData) {
  const Shape& shape = shape_of(event(
      [](ChunkMaker& c) { c.element("System", [](ChunkMaker& s) { named_data(s, "Data", "x", 0); }); }));
  EXPECT_THAT(names_of(shape), ElementsAre("Data_Name", "Data"));
}

TEST_F(ShapeTest, RenderingInfoHasAPrefix) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.open_with_attributes("RenderingInfo").attribute("Culture").text("en-US").close_start();
    c.element("Message", [](ChunkMaker& m) { m.slot(0); });
    c.end();
  }));
  EXPECT_THAT(names_of(shape), ElementsAre("RenderingInfo_RenderingInfo_Culture", "RenderingInfo_Message"));
  for (const Leaf& leaf : shape.leaves) EXPECT_EQ(leaf.part, Part::rendering);
}

TEST_F(ShapeTest, OnlyElementsDirectlyInTheEventAreParts) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("UserData", [](ChunkMaker& d) {
      d.element("System",
                [](ChunkMaker& s) { s.element("Channel", [](ChunkMaker& e) { e.text("Security"); }); });
    });
  }));
  ASSERT_EQ(shape.leaves.size(), 1U);
  EXPECT_EQ(shape.leaves[0].part, Part::data) << "a provider can't pass its data off as System";
  EXPECT_EQ(shape.system.channel, SystemLeaves::kNone);
}

TEST_F(ShapeTest, NamespacesAndPrefixesAreLeftOut) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.open_with_attributes("ns1:UserData")
        .attribute("xmlns:ns1")
        .text("urn:x")
        .attribute("xmlns")
        .text("urn");
    c.attribute("ns1:kind").text("k").close_start();
    c.element("ns1:Param1", [](ChunkMaker& e) { e.slot(0); });
    c.end();
  }));
  EXPECT_THAT(names_of(shape), ElementsAre("UserData_kind", "Param1"));
}

TEST_F(ShapeTest, PartsOfOneTextAreOneLeafWithoutSlot) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("EventData",
              [](ChunkMaker& d) { d.element("Data", [](ChunkMaker& e) { e.text("a").slot(0).text("b"); }); });
  }));
  ASSERT_EQ(shape.leaves.size(), 1U);
  EXPECT_FALSE(shape.leaves[0].slot);
  EXPECT_EQ(shape.leaves[0].end_step - shape.leaves[0].first_step, 3U);
}

TEST_F(ShapeTest, KnowsWhereTheRouteOfAnEventStands) {
  const Shape& shape = shape_of(event([](ChunkMaker& c) {
    c.element("System", [](ChunkMaker& s) {
      s.open_with_attributes("Provider").attribute("Name").slot(0).close_empty();
      s.element("EventID", [](ChunkMaker& e) { e.slot(1); });
      s.open_with_attributes("TimeCreated").attribute("SystemTime").slot(2).close_empty();
      s.element("Channel", [](ChunkMaker& e) { e.slot(3); });
      s.element("Computer", [](ChunkMaker& e) { e.slot(4); });
    });
    c.element("EventData", [](ChunkMaker& d) { named_data(d, "Data", "Channel", 5); });
  }));
  const auto slot = [&](std::uint32_t leaf) { return shape.leaves.at(leaf).slot; };
  EXPECT_EQ(slot(shape.system.provider), 0U);
  EXPECT_EQ(slot(shape.system.event_id), 1U);
  EXPECT_EQ(slot(shape.system.time_created), 2U);
  EXPECT_EQ(slot(shape.system.channel), 3U);
  EXPECT_EQ(slot(shape.system.computer), 4U);
}

}  // namespace
}  // namespace afterpatch::records::evtx
