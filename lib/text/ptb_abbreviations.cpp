#include "text/ptb_abbreviations.h"

namespace limn::text::ptb {
namespace {

constexpr Definition kAbbreviations[] = {
    {"month", "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"},
    {"day", "Mon|Tues?|Wed|Thu|Thurs|Fri"},
    {"state",
     "Ala|Ariz|[A]z|[A]rk|Calif|Colo|Conn|Ct|Dak|[D]el|Fla|Ga|[I]ll|Ind|Kans?|Ky|[L]a|[M]ass|Md|"
     "Mich|Minn|[M]iss|Mo|Mont|Neb|Nev|Okla|[O]re|[P]a|Penn|Tenn|[T]ex|Va|Vt|[W]ash|Wisc?|Wyo"},
    {"company", "Inc|Cos?|Corp|Pp?t[ye]s?|Ltd|Plc|Rt|Bancorp|Bhd|Assn|Univ|Intl|Sys"},
    {"after name", R"(Jr|Sr|Bros|(Ed|Ph)\.D|Blvd|Bldg|Rd|Esq)"},
    {"abbreviation", "{month}|{day}|{state}|{company}|{after name}|tel|est|ext|sq|etc|al|seq"},
    {"title",
     "Mrs?|Ms|Drs?|Profs?|Sens?|Reps?|Attys?|Lt|Col|Gen|Messrs|Govs?|Adm|Rev|Maj|Sgt|Cpl|Pvt|Capt|"
     "Ste?|Ave|Pres|Lieut|Hon|Brig|Co?mdr|Pfc|Spc|Supts?|Det|Mt|Ft|Adj|Adv|Asst|Assoc|Ens|Insp|"
     R"(Mlle|Mme|Sfc|Elec|Invt|Natl|M[ft]g|Dept|vs|Alex|Wm|Jos|Cie|Cf|Ph|Treas|a\.k\.a)"},
    {"before number", "ca|figs?|prop|nos?|art|op|pp?"},
    {"first word",
     "[A]|[A]bout|[A]ccording|[A]dditionally|[A]fter|[A]n|[A]s|[A]t|[B]ut|[E]arlier|[H]e|[H]er|"
     R"([H]ere|[H]owever|[I]f|[I]n|[I]t|[L]ast|[M]any|[M]ore|[M]r\.|[M]s\.|[N]ow|[O]nce|[O]ne|)"
     "[O]ther|[O]ur|[S]he|[S]ince|[S]o|[S]ome|[S]uch|[T]hat|[T]he|[T]heir|[T]hen|[T]here|[T]hese|"
     "[T]hey|[T]his|[W]e|[W]hat|[W]hen|[W]hile|[Y]et|[Y]ou"},
    {"countries", R"((Canada|Sino|Korean|EU|Japan|non)-U\.S|U\.S\.-(U\.K|U\.S\.S\.R))"},
    {"extension",
     "bat|bmp|c|class|cgi|cpp|dll|docx?|exe|gif|gz|h|html?|jar|java|jpe?g|mov|mp3|pdf|php|pl|png|"
     "ppt|ps|py|sql|tar|txt|wav|x|xml|zip"},
};

}  // namespace

std::span<const Definition> abbreviations() { return kAbbreviations; }

}  // namespace limn::text::ptb
