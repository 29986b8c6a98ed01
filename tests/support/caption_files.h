// Random captions, and small writers of every layout that `data::read_captions` knows.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "limn/core/generator.h"
#include "limn/data/captions.h"

namespace limn::test {

using Images = std::vector<data::CaptionedImage>;
using nlohmann::json;

inline std::string pick(Generator& generator, const std::vector<std::string>& from) {
  return from[static_cast<std::size_t>(generator.below(static_cast<std::int64_t>(from.size())))];
}

/// Anything that may confuse a reader, but for blanks at either end, and not empty.
inline std::string random_caption(Generator& generator) {
  static const std::vector<std::string> ends = {
      "a", "é", "一个女孩", "😀", "שלום", "مرحبا", "[", "{", "|", ",", "#1", "\"", "\\", "\uFEFF"};
  static const std::vector<std::string> pieces = {
      " ",       "\"",    "\"\"",   "'",      "\\",     "\\n",    "\n",
      "\r\n",    "\t",    ",",      "| 1| ",  ";",      "#0\t",   "#zh#1 ",
      "[\"x\"]", "{}",    "\x01",   "\x7F",   "一",     "😀",      "👩‍👩‍👧",
      "שלום",    "مرحبا", "\u200F", "\u2028", "\u00A0", "\u202E", "<b>",
      "dog",     "."};
  std::string text = pick(generator, ends);
  for (auto i = generator.below(8); i > 0; --i) text += pick(generator, pieces);
  return text + pick(generator, ends);
}

/// Photos with one to five captions and a split each.
inline Images random_images(Generator& generator, std::int64_t photos) {
  static const std::vector<std::string> names = {"photo", "my photo", "größe", "写真", "שלום",
                                                 "a.b",   "#1",       "a;b",   "x|",   "\"q\""};
  Images images;
  for (std::int64_t i = 0; i < photos; ++i) {
    data::CaptionedImage& image = images.emplace_back();
    image.file = pick(generator, names) + std::to_string(i) + ".jpg";
    image.split = pick(generator, {"train", "dev", "test"});
    for (auto k = 1 + generator.below(5); k > 0; --k)
      image.captions.push_back(random_caption(generator));
  }
  return images;
}

inline std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

inline std::string csv_field(const std::string& text, bool always) {
  if (!always && text.find_first_of(",;|\t\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// A line, or row, for each caption, by `row(image, k, caption)`.
inline std::string rows_of(const Images& images,
                           const std::function<std::string(const data::CaptionedImage&, std::size_t,
                                                           const std::string&)>& row) {
  std::string text;
  for (const data::CaptionedImage& image : images)
    for (std::size_t k = 0; k < image.captions.size(); ++k)
      text += row(image, k, image.captions[k]);
  return text;
}

inline std::string coco_text(const Images& images) {
  json file = {{"info", {{"year", 2014}}}, {"licenses", {{{"id", 1}}}}};
  for (std::size_t i = 0; i < images.size(); ++i) {
    file["images"].push_back({{"id", 100 + i}, {"file_name", images[i].file}, {"height", 3}});
    for (const std::string& caption : images[i].captions)
      file["annotations"].push_back({{"image_id", 100 + i}, {"caption", "\n" + caption + " "}});
  }
  return file.dump();
}

inline std::string karpathy_text(const Images& images) {
  json file = {{"dataset", "flickr8k"}, {"images", json::array()}};
  for (const data::CaptionedImage& image : images) {
    json entry = {{"filename", image.file},
                  {"imgid", file["images"].size()},
                  {"split", image.split == "dev" ? "val" : image.split}};
    for (const std::string& caption : image.captions)
      entry["sentences"].push_back({{"raw", caption}, {"tokens", {"tokens", "here"}}});
    file["images"].push_back(entry);
  }
  return file.dump(1);
}

inline std::string json_list_text(const Images& images) {
  json file = json::array();
  for (const data::CaptionedImage& image : images)
    file.push_back({{"image", "val2014/" + image.file}, {"caption", image.captions}});
  return file.dump();
}

inline std::string json_lines_text(const Images& images) {
  return rows_of(images, [](const auto& image, std::size_t, const std::string& caption) {
    return json{{"file_name", image.file}, {"text", caption}, {"split", image.split}}.dump() + "\n";
  });
}

inline std::string json_lists_in_lines_text(const Images& images) {
  std::string text;
  for (const data::CaptionedImage& image : images)
    text += json{{"img", image.file}, {"captions", image.captions}}.dump() + "\r\n";
  return text;
}

inline std::string token_text(const Images& images) {
  return rows_of(images, [](const auto& image, std::size_t k, const std::string& caption) {
    return image.file + "#" + std::to_string(k) + "\t" + one_line(caption) + "\n";
  });
}

inline std::string li_xirong_text(const Images& images) {
  return rows_of(images, [](const auto& image, std::size_t k, const std::string& caption) {
    return image.file + "#zhc#" + std::to_string(k) + " " + one_line(caption) + "\n";
  });
}

inline std::string tab_text(const Images& images) {
  return rows_of(images, [](const auto& image, std::size_t, const std::string& caption) {
    return image.file + "\t" + one_line(caption) + "\r\n";
  });
}

inline std::string csv_text(const Images& images) {
  return "\xEF\xBB\xBFimage,caption\r\n" +
         rows_of(images, [](const auto& image, std::size_t, const std::string& caption) {
           return csv_field(image.file, false) + "," + csv_field(caption, false) + "\r\n";
         });
}

inline std::string semicolon_text(const Images& images) {
  return "Caption;split;Filename\n" +
         rows_of(images, [](const auto& image, std::size_t, const std::string& caption) {
           return csv_field(caption, true) + ";" + image.split + ";" + csv_field(image.file, true) +
                  "\n";
         });
}

/// Its fields have no quotes, so that a photo's name holds no bar, and begins with no quote.
inline std::string pipe_text(const Images& images) {
  return "image_name| comment_number| comment\n" +
         rows_of(images, [](const auto& image, std::size_t k, const std::string& caption) {
           return image.file + "| " + std::to_string(k) + "| " + one_line(caption) + "\n";
         });
}

inline std::string flickr30k_csv_text(const Images& images) {
  std::string text = "raw,sentids,split,filename,img_id\n";
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string raw = json(images[i].captions).dump();
    const std::string split = images[i].split == "dev" ? "val" : images[i].split;
    text += csv_field(raw, true) + ",\"[0, 1]\"," + split + "," + csv_field(images[i].file, false) +
            "," + std::to_string(i) + "\n";
  }
  return text;
}

struct CaptionWriter {
  const char* layout;
  const char* format;  ///< as `CaptionSet` calls it
  std::string (*text)(const Images& images);
  bool lines = false;   ///< cannot hold line ends in captions
  bool splits = false;  ///< says them
  bool plain_names = false;
};

inline const std::vector<CaptionWriter>& caption_writers() {
  static const std::vector<CaptionWriter> all = {
      {"COCO", "COCO JSON", coco_text},
      {"Karpathy", "Karpathy JSON", karpathy_text, false, true},
      {"JSON list", "JSON list", json_list_text},
      {"JSON lines", "JSON lines", json_lines_text, false, true},
      {"JSON lists in lines", "JSON lines", json_lists_in_lines_text},
      {"Flickr tokens", "photo#k, tab, caption", token_text, true},
      {"li-xirong", "photo#k, tab, caption", li_xirong_text, true},
      {"tab", "photo, tab, caption", tab_text, true},
      {"CSV", "CSV", csv_text},
      {"semicolons", "CSV", semicolon_text, false, true},
      {"pipes", "CSV", pipe_text, true, false, true},
      {"Flickr30k CSV", "CSV", flickr30k_csv_text, false, true},
  };
  return all;
}

}  // namespace limn::test
