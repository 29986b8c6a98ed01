#include "limn/models/captioner.h"

#include <algorithm>

#include "core/check.h"
#include "core/nearest.h"
#include "limn/models/adaptive.h"
#include "limn/models/aoa.h"
#include "limn/models/att2in.h"
#include "limn/models/blip_text.h"
#include "limn/models/gpt2_cross.h"
#include "limn/models/gpt2_prefix.h"
#include "limn/models/meshed_memory.h"
#include "limn/models/newfc.h"
#include "limn/models/nic.h"
#include "limn/models/show_attend_tell.h"
#include "limn/models/transformer.h"
#include "limn/models/updown.h"

namespace limn::models {
namespace {

struct Entry {
  Architecture architecture;
  std::vector<OptionHelp> (*options)();
  std::unique_ptr<Captioner> (*make)(const std::map<std::string, std::string>&,
                                     const CaptionerSizes&, Generator&);
};

template <class Options>
std::vector<OptionHelp> help_of() {
  Options defaults;
  return option_helps(options_of(defaults));
}

template <class Model, class Options>
std::unique_ptr<Captioner> make(const std::map<std::string, std::string>& texts,
                                const CaptionerSizes& sizes, Generator& generator) {
  Options options;
  for (const auto& [name, text] : texts) set_option(options_of(options), name, text, "model");
  return std::make_unique<Model>(options, sizes, generator);
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"nic", "Show and Tell: the image is the first word a recurrent network reads"},
       help_of<NicOptions>,
       make<Nic, NicOptions>},
      {{"att2in", "Self-critical training's Att2in: attention enters the LSTM's cell input alone",
        true},
       help_of<Att2inOptions>,
       make<Att2in, Att2inOptions>},
      {{"transformer", "Transformer: attention to all regions and to all words before", true},
       help_of<TransformerOptions>,
       make<Transformer, TransformerOptions>},
      {{"meshed_memory",
        "Meshed-Memory Transformer: learnt slots beside the regions, all levels read", true},
       help_of<MeshedMemoryOptions>,
       make<MeshedMemory, MeshedMemoryOptions>},
      {{"aoa", "AoANet: attention on attention, over refined regions", true},
       help_of<AoaOptions>,
       make<Aoa, AoaOptions>},
      {{"gpt2_prefix", "ClipCap: GPT-2 reads the image as if it were its first words", false, true},
       help_of<Gpt2PrefixOptions>,
       make<Gpt2Prefix, Gpt2PrefixOptions>},
      {{"gpt2_cross", "GPT-2 with attention to all regions in every layer", true, true},
       help_of<Gpt2CrossOptions>,
       make<Gpt2Cross, Gpt2CrossOptions>},
      {{"blip_text", "BLIP's text decoder: BERT with attention to all regions in every layer",
        true},
       help_of<BlipTextOptions>,
       make<BlipText, BlipTextOptions>},
      {{"newfc", "Show and Tell with a maxout LSTM"},
       help_of<NewFcOptions>,
       make<NewFc, NewFcOptions>},
      {{"show_attend_tell", "Show, Attend and Tell: each word looks at the regions anew", true},
       help_of<ShowAttendTellOptions>,
       make<ShowAttendTell, ShowAttendTellOptions>},
      {{"adaptive",
        "Adaptive attention: to the regions, or to what is known already (visual sentinel)", true},
       help_of<AdaptiveOptions>,
       make<Adaptive, AdaptiveOptions>},
      {{"updown", "Up-Down: one LSTM decides where to look, another what to say", true},
       help_of<UpDownOptions>,
       make<UpDown, UpDownOptions>},
  };
  return all;
}

const Entry& entry(const std::string& name) {
  const auto found = std::find_if(entries().begin(), entries().end(), [&](const Entry& entry) {
    return entry.architecture.name == name;
  });
  if (found != entries().end()) return *found;
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.architecture.name);
  throw InvalidArgument("model: architecture " + unknown_name(name, names));
}

}  // namespace

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> all = [] {
    std::vector<Architecture> list;
    for (const Entry& entry : entries()) list.push_back(entry.architecture);
    return list;
  }();
  return all;
}

const Architecture& architecture_called(const std::string& name) {
  return entry(name).architecture;
}

std::vector<OptionHelp> architecture_options(const std::string& architecture) {
  return entry(architecture).options();
}

std::unique_ptr<Captioner> make_captioner(const std::string& architecture,
                                          const std::map<std::string, std::string>& options,
                                          const CaptionerSizes& sizes, Generator& generator) {
  return entry(architecture).make(options, sizes, generator);
}

}  // namespace limn::models
