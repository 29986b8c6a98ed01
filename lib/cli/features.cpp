#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "limn/encoders/encoder.h"
#include "limn/train/extract_features.h"

namespace limn::cli {
namespace {

struct FeaturesOptions {
  train::FeatureExtraction extraction;
  bool json = false;
};

int extract(const FeaturesOptions& options) {
  const train::FeatureExtraction& extraction = options.extraction;
  check_files({{"--weights", extraction.weights},
               {"--images", extraction.images},
               {"--names", extraction.names}},
              {{"--out", extraction.out}});
  Progress progress;
  const train::ExtractedFeatures done =
      train::extract_features(options.extraction, Counter(progress, "photos"));
  progress.clear();
  report_skipped(done.failures);
  const std::string& out = options.extraction.out;
  if (options.json) {
    put_out(json_text({{"features", out},
                       {"photos", done.photos},
                       {"feature_size", done.feature_size},
                       {"regions", done.regions},
                       {"skipped", done.failures}}));
  } else {
    const std::string regions =
        done.regions > 0 ? fmt::format(" and of {} regions each", done.regions) : "";
    put_out(fmt::format("{}: features of {} photos{}, {} numbers each\n", out, done.photos, regions,
                        done.feature_size));
  }
  return kDone;
}

}  // namespace

void define_features(Program& program) {
  Command& command = program.command("features", "computes features of photos, for many trainings");
  const auto options = std::make_shared<FeaturesOptions>();
  train::FeatureExtraction& extraction = options->extraction;
  command.add(extraction.encoder.name,
              {.name = "--encoder",
               .value = "NAME",
               .help = fmt::format("{}", fmt::join(encoders::encoder_names(), ", "))});
  command.add(extraction.weights, {.name = "--weights",
                                   .value = "FILE",
                                   .help = "the encoder's weights, safetensors",
                                   .required = true});
  command.add(extraction.images, {.name = "--images",
                                  .value = "DIR",
                                  .help = "folder of the photos; subfolders are not entered",
                                  .required = true});
  command.add(extraction.names,
              {.name = "--names",
               .value = "FILE",
               .help = "only the photos of a list, a file name a line; else all"});
  command.add(extraction.out, {.name = "--out",
                               .value = "FILE",
                               .help = "the feature file to write, safetensors",
                               .required = true});
  command.add(extraction.regions,
              {.name = "--regions", .help = "features of every region too, not of the photo only"});
  command.add(
      extraction.batch,
      {.name = "--batch", .value = "B", .help = "photos at a time", .least = 1, .most = 4096});
  command.add(options->json, {.name = "--json", .help = "print the result as JSON"});
  command.run([options] { return extract(*options); });
}

}  // namespace limn::cli
