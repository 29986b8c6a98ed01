#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "limn/encoders/encoder.h"
#include "limn/vision/image.h"
#include "limn/vision/transform.h"
#include "measure.h"

namespace limn::bench {
namespace {

namespace fs = std::filesystem;

// Features of 224x224 pictures in inference.
Workload encoder_forward(const std::string& name, const std::string& encoder_name,
                         std::int64_t batch) {
  Generator generator(0);
  const std::shared_ptr<encoders::Encoder> encoder =
      encoders::make_encoder({.name = encoder_name}, generator);
  encoder->set_trainable(false);
  Tensor pictures(Shape{batch, 224, 224, 3});
  generator.fill_normal(pictures, 0, 1);
  const auto step = [encoder, pictures] {
    const NoGradGuard guard;
    encoder->forward(Variable(pictures), {});
  };
  return {name, "images/s", static_cast<double>(batch), step};
}

std::vector<std::vector<std::uint8_t>> photo_files(std::size_t count) {
  std::vector<fs::path> paths;
  const fs::path folder = LIMN_BENCH_SHARED "/coco/mini/val2017";
  for (const auto& file : fs::directory_iterator(folder)) paths.push_back(file.path());
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), count));
  std::vector<std::vector<std::uint8_t>> files;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return files;
}

// JPEG decoding, resizing to 256, cutting out 224 and normalising, on one thread.
Workload decode_resize() {
  const auto files = std::make_shared<std::vector<std::vector<std::uint8_t>>>(photo_files(64));
  const auto step = [files] {
    const vision::Preprocessing how;
    for (const auto& file : *files)
      vision::normalize(vision::resize_and_crop(vision::decode_image(file, "photo"), how), how);
  };
  return {"decode_resize", "images/s", static_cast<double>(files->size()), step};
}

}  // namespace

std::vector<NamedWorkload> photo_workloads() {
  std::vector<NamedWorkload> all;
  for (const std::int64_t batch : {1, 16}) {
    const std::string suffix = "_forward_b" + std::to_string(batch);
    for (const auto& [prefix, encoder] :
         {std::pair<std::string, std::string>{"mobilenet", "mobilenet_v2"},
          {"efficientnet_lite0", "efficientnet_lite0"}}) {
      all.push_back({prefix + suffix, [=, name = prefix + suffix, kind = encoder] {
                       return encoder_forward(name, kind, batch);
                     }});
    }
  }
  if (fs::is_directory(LIMN_BENCH_SHARED "/coco/mini/val2017"))
    all.push_back({"decode_resize", decode_resize});
  return all;
}

}  // namespace limn::bench
