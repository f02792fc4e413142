
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "app/cli/help/program_spec.h"
#include "places.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HelpTextTest, WrapsAtWords) {
  EXPECT_THAT(Wrapped("one two  three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrapped("incomprehensible a", 4), ElementsAre("incomprehensible", "a"));
  EXPECT_THAT(Wrapped("", 4), ElementsAre());
}

TEST(HelpTextTest, FillsParagraphsAndRenamesExamples) {
  EXPECT_EQ(ExamplesFor("One gate\nof text.\n\nExample:\n  gate check\n", "kubectl gate"),
            "One gate of text.\n\nExample:\n  kubectl gate check\n");
}

TEST(HelpTextTest, EveryCommandFitsEightyColumnsAndHasAnExample) {
  const ProgramSpec spec = SpecOfProgram();
  ASSERT_GT(spec.commands.size(), 8u);
  for (const CommandSpec& command : spec.commands) {
    for (const std::string program : {"gate", "kubectl gate"}) {
      const std::string help = HelpText(command, program);
      EXPECT_THAT(help, HasSubstr("\n  " + program + " " + command.name)) << help;
      EXPECT_THAT(help, HasSubstr("Usage: " + program + " " + command.name));
      std::istringstream lines(help);
      for (std::string line; std::getline(lines, line);) {
        // An example is for copying: it stays on one line.
        if (program == "gate") {
          EXPECT_LE(line.size(), 80u) << line;
        }
        EXPECT_FALSE(line.ends_with(' ')) << line;
      }
    }
    for (const ArgumentSpec& argument : command.arguments) {
      EXPECT_NE(argument.description, "") << command.name << " " << argument.long_name;
    }
  }
}

TEST(HelpTextTest, TheProgramListsWhatIsNotHidden) {
  tests::FakeProgram program;
  EXPECT_EQ(program.Run({"--help"}), 0);
  EXPECT_THAT(program.output, HasSubstr("\n  validate "));
  EXPECT_THAT(program.output, Not(HasSubstr("\n  docs ")));
  EXPECT_EQ(program.Run({"help", "check"}), 0);
  EXPECT_THAT(program.output, HasSubstr("Usage: gate check -f FILE [flags]"));
}

TEST(HelpTextTest, SaysWhatIsRequiredRepeatedAndAssumed) {
  ArgumentSpec argument;
  argument.long_name = "weight";
  argument.value = "NUMBER";
  argument.description = "A weight";
  EXPECT_EQ(NamesOf(argument), "    --weight NUMBER");
  EXPECT_EQ(MeaningOf(argument), "A weight");
  argument.short_name = "w";
  argument.required = argument.repeatable = true;
  argument.fallback = "5";
  EXPECT_EQ(NamesOf(argument), "-w, --weight NUMBER");
  EXPECT_EQ(MeaningOf(argument), "A weight (required, may be repeated, default 5)");
}

// Run with SLOGATE_UPDATE_GOLDEN=1 to rewrite the page.
TEST(DocsTest, TheReferencePageIsThatOfTheCommands) {
  const std::string page = std::string(SLOGATE_SOURCE_DIR) + "/docs/reference/cli.md";
  tests::FakeProgram program;
  ASSERT_EQ(program.Run({"docs"}), 0);
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(page, std::ios::binary) << program.output;
  }
  std::ifstream file(page, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(program.output, text.str()) << "write it with gate docs --format markdown";
}

TEST(DocsTest, TheManPageEscapesWhatRoffWouldTakeForOrders) {
  ProgramSpec spec;
  spec.commands.push_back({"try", ".does \\this", "Example:\n  gate try -f x\n", {}, false});
  const std::string page = ManPage(spec, "1.2.3");
  EXPECT_THAT(page, HasSubstr("\n\\&.does \\ethis\n"));
  EXPECT_THAT(page, HasSubstr("\n.RS 4\n.nf\ngate try \\-f x\n.fi\n.RE\n"));
  EXPECT_THAT(page, HasSubstr("slogate 1.2.3"));
}

}  // namespace
}  // namespace slogate::app
