#include "text/ptb_grammar.h"

#include "text/ptb_abbreviations.h"
#include "text/ptb_characters.h"

namespace limn::text::ptb {
namespace {

constexpr Definition kDefinitions[] = {
    {"blank", R"([ \u0009\u00a0\u2000-\u200a\u3000])"},
    {"gap", R"({blank}|\u000a)"},
    // don't, don’t; in some words ` and ‘ do as well.
    {"apostrophe", R"(['\u0092\u2019]|&apos;)"},
    {"mark", R"({apostrophe}|[`\u0091\u2018\u201b])"},
    {"contraction", "{apostrophe}([msdMSD]|re|ve|ll)"},
    {"not", "[nN]{mark}[tT]"},
    // naïve, caf&eacute;, end.Start
    {"letter or entity", "[{letter}]|&[aeiouAEIOU](acute|grave|uml);"},
    {"alphanumeric", "{letter or entity}|{digit}"},
    {"word", "({letter or entity})({alphanumeric})*([.!?]({letter or entity})({alphanumeric})*)*"},
    {"before not", R"([A-Za-z\u00ad]*[A-MO-Za-mo-z]\u00ad*)"},
    // O’Brien, d’Artagnan, ma'am, hallowe'en
    {"capital and mark", "[A-HJ-XZn]{mark}[{alphabetic}]{2}[{alphabetic}]*"},
    {"vowel and mark", "[{alphabetic}]+[aeiouyAEIOUY]{mark}[aeiouA-Z][{alphabetic}]*"},
    // 3-year-old, o'clock, snake_case
    {"part", "([dDoOlL]{mark}[{alphabetic}{digit}])?[{alphabetic}{digit}]+"},
    {"compound", R"(({part})([\-_\u058a\u2010\u2011]({part}))*)"},
    // U.S.-made, 1.5-inch
    {"initials", R"([A-Za-z](\.[A-Za-z])*)"},
    {"dotted compound", R"([A-Za-z0-9][A-Za-z0-9.,\u00ad]*(-([A-Za-z0-9\u00ad]+|)"
                        R"(([A-Za-z](\.[A-Za-z])+|{countries})\.))+)"},
    // AT&T
    {"capitals", "[A-Z]+(([+&]|&amp;)[A-Z]+)+"},
    // and/or, black-and-white/red
    {"side of slash", "[A-Za-z0-9]+(-[A-Za-z]+){0,2}"},
    {"slash", R"(\\?/)"},
    {"number", R"([\-+]?({digit}+|{digit}*([.:,\u00ad\u066b\u066c]{digit}+)+))"},
    {"fraction", R"(({digit}{1,4}[\- \u00a0])?{digit}{1,4}({slash}|\u2044){digit}{1,4})"},
    {"phone with dashes",
     R"((\([0-9]{2,3}\)[ \u00a0]?|(\+\+?)?([0-9]{2,4}[\- \u00a0])?[0-9]{2,4}[\- \u00a0]))"
     R"([0-9]{3,4}[\- \u00a0]?[0-9]{3,5})"},
    {"phone with dots", R"(((\+\+?)?[0-9]{2,4}\.)?[0-9]{2,4}\.[0-9]{3,4}\.[0-9]{3,5})"},
    // <b>, <a href="x">, <!-- anything -->
    {"name", R"([A-Za-z][A-Za-z0-9:._\-]*)"},
    {"value", R"( *= *('[^'\u000a]*'|"[^"\u000a]*"))"},
    {"tag", R"(<([!?][A-Za-z\-][^>\u000a]*|{name}( +{name}({value})?)* */?|/{name}) *>)"},
    {"last of url", R"([^ \u0009\u000a"<>|.!?()\{},\-])"},
    {"url", R"(https?://[^ \u0009\u000a"<>|()\{}]+{last of url})"},
    // In the second one ,-_ is a range, which makes it narrower than it looks.
    {"www", R"(www\.([^ \u0009\u000a"<>|.!?()\{},]+\.)+[a-zA-Z]{2,4})"},
    {"domain", R"(([^ \u0009\u000a"`'<>|.!?()\{},-_$]+\.)+(com|net|org|edu))"},
    {"path", R"(/[^ \u0009\u000a"<>|()]+{last of url})"},
    {"e-mail",
     R"((&lt;|<)?[a-zA-Z0-9][^ \u0009\u000a"<>|()\u00a0\{}]*@)"
     R"(([^ \u0009\u000a"<>|()\{}.\u00a0]+\.)*[^ \u0009\u000a"<>|()\{}.\u00a0]+(&gt;|>)?)"},
    // :-) and ^_^
    {"face", R"([<>]?[:;=][\-o*']?[()DPdpO\\\{@|\[\]])"},
    {"upright face", R"([\-\^x=~<>']_[\-\^x=~<>']|\([\-\^x=~<>'][_.]?[\-\^x=~<>']\)|)"
                     R"(\([\^x=~<>']-[\^x=~<>'`]\))"},
};

constexpr LexerRule kRules[] = {
    // Markup and entities.
    {kSpaced, "{tag}"},
    {kRemoved, R"(&(MD|mdash|ndash);|[\u0096\u0097\u2013-\u2015])"},
    {kAmpersand, "&amp;"},
    {kExact, "&(HT|TL|UR|LR|QC|QL|QR|odq|cdq|#[0-9]+);"},
    {kNothing, "&nbsp;|({blank})+"},
    // Words.
    {kSplitLast3, "cannot"},
    {kSplitLast2, "gonna|gotta|lemme|gimme|wanna"},
    {kWord, "{word}", "{contraction}"},
    {kWord, "{before not}", "{not}"},
    {kWord, "{word}"},
    {kExact, "({apostrophe})n({apostrophe})?|{apostrophe}em|{apostrophe}till?|{apostrophe}cause"},
    {kExact, "[lLdDjJ]({apostrophe})|(ol|Dunkin|somethin)({apostrophe})|{apostrophe}[2-9]0s"},
    {kExact, "(c{apostrophe}est|Cap{apostrophe}n|O{mark}o)"},
    {kExact, "nor'easter|c'mon|e'er|s'mores|ev'ry|li'l|nat'l"},
    {kExact, "{capital and mark}|{vowel and mark}"},
    {kExact, "y({apostrophe})", "[{alphabetic}]"},
    {kExact, "'t", "is|was"},
    // Addresses.
    {kExact, "{url}"},
    {kExact, "({www}|{domain})({path})?"},
    {kExact, "{e-mail}"},
    {kExact, "@[a-zA-Z_][a-zA-Z_0-9]*|#({letter or entity})+"},
    // Contractions on their own.
    {kQuotes, "{contraction}", "[^A-Za-z]"},
    {kQuotes, "{not}", "[^A-Za-z]"},
    // Numbers.
    {kExact, R"({digit}{1,2}[\-/]{digit}{1,2}[\-/]{digit}{2,4})"},
    {kWord, "{number}"},
    {kExact,
     R"([\u207a\u207b\u208a\u208b]?([\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+|[\u2080-\u2089]+))"},
    {kSpaced, "{fraction}"},
    {kFraction, R"([\u00bc-\u00be\u2153\u2154])"},
    {kExact, "{apostrophe}[0-9][0-9]", "{gap}"},
    {kExact, R"([A-Z]*\$|#)"},
    {kCurrency, R"([\u00a2-\u00a5\u0080\u20a0\u20ac\u0e3f\u20a4\uffe0\uffe1\uffe5\uffe6])"},
    // Names of their own.
    {kExact, "-(RRB|LRB|RCB|LCB|RSB|LSB)-|pro-|anti-"},
    {kAmpersand, R"(C\.D\.s|C\+\+|C#|F#|S(&|&amp;)P-500|S(&|&amp;)Ls)"},
    {kExact, "{side of slash}({slash}{side of slash}){1,2}"},
    {kExact, "{compound}"},
    // Words with their period. That of the end of a sentence would only be removed again.
    {kWord, "[A-Za-z]", R"(\.({gap})+({first word}|{tag})({gap}))"},
    {kWord, R"(({abbreviation})\.)", ".."},
    {kWord, R"(({abbreviation})\.)"},
    {kWord, R"(({title}|{initials}|{countries})\.)"},
    {kWord, R"(({before number})\.)", "{blank}?{digit}"},
    {kWord, R"(({word}|{compound}|{capitals}|{dotted compound})\.)", R"([,;:\u3001])"},
    {kExact, R"(({alphanumeric})+(\.({alphanumeric})+)*\.({extension}))", "{gap}|[.?!,]"},
    {kEscaped, "{phone with dashes}|{phone with dots}"},
    // Quotes: before two letters ' opens one, in spite of 's.
    {kRemoved, "'", R"([A-Za-z][^ \u0009\u000a\u00a0])"},
    {kQuotes, "{contraction}"},
    {kQuotes, R"("|&quot;|''?|&apos;)"},
    {kQuotes, R"([`\u2018-\u201f\u0091-\u0094\u2039\u203a\u00ab\u00bb]{1,2})"},
    // Signs.
    {kEntity, "&lt;|&gt;"},
    {kBracket, R"([()\[\]\{}])"},
    {kExact, "<<|>>|[<>]"},
    {kHyphens, "-+"},
    {kRemoved, R"(\.{3,5}|(\.[ \u00a0]){2,4}\.|[\u0085\u2026])"},
    {kExact, R"(@+|#+|_+|\*+|(\\\*){1,3}|[?!]+|[=/])"},
    {kRemoved, "[.,;:]"},
    // Compounds and faces that no earlier rule knows.
    {kWord, "{dotted compound}"},
    {kExact, "{countries}", "{gap}"},
    {kAmpersand, "{capitals}"},
    {kEscaped, "{face}", "[^A-Za-z0-9]"},
    {kEscaped, "{upright face}"},
    {kExact, "[{symbol}]"},
    {kNothing, "."},
};

}  // namespace

const Lexer& lexer() {
  static const Lexer made = [] {
    Patterns patterns(true);
    patterns.define("letter", letters());
    patterns.define("alphabetic", alphabetic());
    patterns.define("digit", digits());
    patterns.define("symbol", symbols());
    for (const auto& [name, pattern] : abbreviations()) patterns.define(name, pattern);
    for (const auto& [name, pattern] : kDefinitions) patterns.define(name, pattern);
    return Lexer(kRules, patterns);
  }();
  return made;
}

}  // namespace limn::text::ptb
