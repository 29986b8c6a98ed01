// The report of a run: data in, one self-contained HTML page out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace limn::train {

/// A line of a chart: points (x[i], y[i]) in the order they are joined. Where y is not finite the
/// line has a gap.
struct ReportCurve {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
};

/// Curves that share their axes: the losses, or the scores.
struct ReportChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<ReportCurve> curves;
};

/// A word of a caption and log P(word | words before, I), in nats.
struct WordScore {
  std::string word;
  double log_probability = 0;
};

/// A photo with what people and the model said of it.
struct ReportCaption {
  std::string name;                      ///< of the photo: its file or id
  std::string photo_data_uri;            ///< "data:image/…", see data_uri(); empty: not shown
  std::vector<std::string> references;   ///< captions by people
  std::vector<WordScore> words;          ///< the generated caption
  std::vector<std::string> others = {};  ///< further captions by the model
  double log_probability = 0;            ///< log P(S | I), in nats
  std::optional<double> cider;           ///< CIDEr-D of the generated caption
};

struct Report {
  std::string title;
  std::vector<std::pair<std::string, std::string>> summary;  ///< names and values, as shown
  std::vector<ReportChart> charts;
  std::vector<ReportCaption> captions;
};

/// The page as UTF-8 HTML. It loads nothing from elsewhere and runs no script: charts are inline
/// SVG, photos are data URIs, colours follow the reader's light or dark setting. Every word of a
/// generated caption is shaded by its log-probability and carries it as a number. Texts may hold
/// any characters. Throws InvalidArgument when a photo is no "data:image/" URI or a curve has not
/// as many x as y.
std::string render_report(const Report& report);

/// "data:MEDIA_TYPE;base64,…" of a file's bytes; `media_type` is like "image/jpeg".
std::string data_uri(std::string_view media_type, std::span<const std::uint8_t> bytes);

}  // namespace limn::train
