#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/new_file.h"

namespace slogate::app {
namespace {

class ConvertCommand : public Command {
 public:
  std::string Name() const override { return "convert"; }

  std::string Description() const override {
    return "Write objectives of Sloth or OpenSLO in slogate's own form.";
  }

  void Declare(CLI::App& parser) override {
    parser
        .add_option("-f,--file,files", files_,
                    "Files, folders or patterns of objectives; - is standard input")
        ->required()
        ->type_name("FILE ...");
    parser.add_option("-o,--output", output_, "Write to this file; - is standard output")
        ->capture_default_str()
        ->type_name("FILE");
    parser.add_flag("--force", force_, "Overwrite the output file");
    parser.footer(
        "Queries of the usual shapes become counters and histograms, which are counted exactly; "
        "all others stay PromQL. What was guessed, or has no equivalent, is said on standard "
        "error.\n\n"
        "Exit codes: 0 everything was converted, 2 something could not be, and nothing was "
        "written.\n\n"
        "Examples:\n"
        "  gate convert -f sloth.yaml\n"
        "  gate convert -f 'slos/*.yaml' -o objectives.yaml");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto paths = FindSloFiles(files_, adapters);
    if (!paths) return Refuse(streams, paths.error().message);
    const std::vector<SloInput> inputs = ReadSloFiles(*paths, adapters, streams);
    if (!SayMistakes(inputs, "gate convert", streams.err)) return ExitCode::kUsage;
    const std::string text = Converted(inputs, streams);
    if (text.empty()) {
      return Refuse(streams, "no objectives to convert; give files of Sloth or OpenSLO");
    }
    if (output_ == "-") {
      streams.out << text;
      return ExitCode::kPass;
    }
    const auto written = WriteNewFile(output_, text, force_);
    return written ? ExitCode::kPass : Refuse(streams, written.error().message);
  }

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate convert: " << problem << "\n";
    return ExitCode::kUsage;
  }

  static std::string Converted(const std::vector<SloInput>& inputs, Streams streams) {
    std::string text;
    for (const SloInput& input : inputs) {
      for (const spec::ParsedPolicy& policy : input.parsed.policies) {
        streams.err << input.file << ":" << policy.line << ": left out: policy " << policy.name
                    << " is in slogate's own form\n";
      }
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        for (const spec::Mistake& remark : parsed.remarks) {
          streams.err << spec::ToString(remark) << "\n";
        }
        if (!text.empty()) text += "---\n";
        text += spec::ToYaml(*parsed.slo);
      }
    }
    return text;
  }

  std::vector<std::string> files_;
  std::string output_ = "-";
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConvertCommand() { return std::make_unique<ConvertCommand>(); }

}  // namespace slogate::app
