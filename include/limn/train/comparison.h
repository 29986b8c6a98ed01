// What several systems say of the same photos: data in, one self-contained HTML page out.
#pragma once

#include <string>
#include <vector>

namespace limn::train {

/// A system's caption of a photo.
struct ComparedCaption {
  std::string text;
  std::vector<double> scores;  ///< one for each of `Comparison::metrics`
};

struct ComparedPhoto {
  std::string name;
  std::string photo_data_uri;             ///< "data:image/…", see thumbnail(); empty: not shown
  std::vector<std::string> references;    ///< captions by people
  std::vector<ComparedCaption> captions;  ///< one for each of `Comparison::systems`
};

struct Comparison {
  std::string title = {};
  std::vector<std::vector<std::string>> table = {};  ///< cells as shown; the first row is the head
  std::vector<std::string> notes = {};               ///< a sentence each, below the table
  std::vector<std::string> systems = {};             ///< names, at least one
  std::vector<std::string> metrics = {};  ///< names, at least one; the last sorts at first
  std::vector<ComparedPhoto> photos = {};
};

/// The page as UTF-8 HTML, which loads nothing from elsewhere: the table, then each photo with what
/// every system and people say of it. A reader sorts the photos by any metric of any system, or by
/// how far a system lies above the first, the best or the worst first, and keeps those whose
/// captions hold a text; at first the worst of the first system come first. Texts may hold any
/// characters. Throws InvalidArgument for no systems or metrics, captions or scores of another
/// number, and a photo that is no "data:image/" URI.
std::string render_comparison(const Comparison& comparison);

}  // namespace limn::train
