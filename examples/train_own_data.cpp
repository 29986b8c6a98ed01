// Trains a captioner on photos and captions of one's own.
//
//   train_own_data FOLDER    FOLDER/captions.txt (photo<TAB>caption) and FOLDER/photos
//                            -> FOLDER/run/model.safetensors
//
// A FOLDER that does not exist is made first, with pictures of shapes, to have something to try.
#include <cstdio>
#include <filesystem>
#include <string>

#include "limn/core/atomic_file.h"
#include "limn/core/cpu.h"
#include "limn/core/error.h"
#include "limn/data/shapes.h"
#include "limn/train/trainer.h"
#include "limn/vision/image.h"

namespace {

namespace fs = std::filesystem;

/// Enough to see a training at work; for good captions, thousands are drawn (`limn demo`).
void make_data(const fs::path& folder) {
  fs::create_directories(folder / "photos");
  std::string captions;
  int number = 0;
  for (const auto& shapes : limn::data::make_shapes({.train = 400, .test = 1}).train) {
    const std::string name = "picture" + std::to_string(++number) + ".png";
    const std::vector<std::uint8_t> png = limn::vision::encode_png(shapes.picture);
    limn::write_file_atomically(folder / "photos" / name,
                                {reinterpret_cast<const char*>(png.data()), png.size()});
    for (const std::string& caption : shapes.captions) captions += name + "\t" + caption + "\n";
  }
  limn::write_file_atomically(folder / "captions.txt", captions);
}

/// The same keys as in a recipe file; docs/formats.md lists them.
limn::train::Recipe recipe_for(const fs::path& folder) {
  return limn::train::make_recipe({{"data.folder", folder.string()},
                                   {"data.captions", "captions.txt"},
                                   {"data.images", "photos"},
                                   {"text.min_count", "1"},
                                   {"encoder.name", "small_cnn"},
                                   {"model.embedding", "128"},
                                   {"model.hidden", "128"},
                                   {"model.image_bias", "true"},
                                   {"model.init", "0"},
                                   {"model.dropout_input", "0"},
                                   {"model.dropout_output", "0"},
                                   {"train.out", (folder / "run").string()},
                                   {"train.epochs", "4"},
                                   {"train.batch", "10"},
                                   {"train.learning_rate", "0.002"},
                                   {"train.clip_norm", "5"}},
                                  "train_own_data");
}

class Printer : public limn::train::Observer {
 public:
  void on_warning(const std::string& text) override { std::printf("note: %s\n", text.c_str()); }

  void on_epoch(const limn::train::EpochReport& report) override {
    std::printf("epoch %lld: loss %.3f, perplexity of dev captions %.2f, CIDEr-D %.3f%s\n",
                static_cast<long long>(report.epoch), report.loss, report.scores.at("perplexity"),
                report.scores.at("CIDEr-D"), report.best ? ", the best so far" : "");
  }
};

}  // namespace

int main(int argc, char** argv) try {
  limn::check_cpu();
  if (argc != 2) {
    std::fprintf(stderr, "usage: train_own_data FOLDER\n");
    return 2;
  }
  const fs::path folder = argv[1];
  if (!fs::exists(folder)) make_data(folder);

  limn::train::Job job = limn::train::prepare(recipe_for(folder));
  std::printf("%zu photos to train on, %zu to choose the best model by\n", job.train.size(),
              job.dev.size());
  Printer printer;
  const auto result = limn::train::train(job, printer, true);  // goes on where it was stopped
  std::printf("model: %s\nreport: %s\n", result.model.c_str(), result.report.c_str());
  return result.best_epoch > 0 ? 0 : 1;
} catch (const limn::Error& error) {
  std::fprintf(stderr, "train_own_data: %s\n", error.what());
  return 1;
}
