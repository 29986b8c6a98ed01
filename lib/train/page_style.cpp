#include "train/page_style.h"

namespace limn::train {

// The line colours are Okabe and Ito's, darkened or lightened for contrast; dashes tell the lines
// apart without them. --shade is how far a word's background goes towards --doubt.
const std::string_view kPageStyle = R"css(
:root { color-scheme: light dark;
  --page: #fbfaf7; --card: #ffffff; --ink: #1d2127; --soft: #565d67; --rule: #dcdcd6;
  --doubt: 229 118 38; --c0: #0b62a8; --c1: #b34700; --c2: #00735a; --c3: #8f3f77; --c4: #806100;
  --c5: #444b55; }
@media (prefers-color-scheme: dark) { :root {
  --page: #15181c; --card: #1d2127; --ink: #eceae4; --soft: #a9b0ba; --rule: #363c45;
  --doubt: 214 108 40; --c0: #6cb6f2; --c1: #f0914d; --c2: #4fc9a5; --c3: #dd93c5; --c4: #e0bd4c;
  --c5: #b9c0ca; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1.25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
h1, h3, dd, li, p { overflow-wrap: anywhere; }
.summary { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem;
  margin: 0; }
.summary div { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem;
  padding: .6rem .8rem; }
dt, .role, .scores { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr));
  gap: 1rem; }
.chart { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: .5rem;
  padding: .8rem; }
.chart > svg { display: block; width: 100%; height: auto; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
.grid { stroke: var(--rule); }
.tick, .label { fill: var(--soft); font-size: 14px; }
.s0 { --line: var(--c0); } .s1 { --line: var(--c1); --dash: 7 4; }
.s2 { --line: var(--c2); --dash: 2 3; } .s3 { --line: var(--c3); --dash: 10 3 2 3; }
.s4 { --line: var(--c4); --dash: 12 5; } .s5 { --line: var(--c5); --dash: 4 2; }
.chart path { fill: none; stroke: var(--line); stroke-width: 2; stroke-dasharray: var(--dash, none);
  stroke-linejoin: round; }
.chart circle { fill: var(--card); stroke: var(--line); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .4rem 0 0;
  padding: 0; font-size: .9rem; }
.legend svg { width: 2rem; height: .5rem; margin-right: .4rem; vertical-align: middle; }
.scale { display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; color: var(--soft);
  font-size: .9rem; margin: 0 0 1rem; }
.photos { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
  gap: 1rem; }
.photo { display: flex; flex-direction: column; background: var(--card);
  border: 1px solid var(--rule); border-radius: .5rem; overflow: hidden; }
.photo > img, .missing { width: 100%; height: 15rem; object-fit: contain; background: var(--rule); }
.missing { display: grid; place-items: center; color: var(--ink); margin: 0; }
.photo > div { padding: .8rem; }
h3 { font-size: .85rem; font-weight: 400; color: var(--soft); margin: 0 0 .5rem; }
.role { margin: .6rem 0 .15rem; }
.words { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0; padding: 0; }
.word { display: inline-flex; flex-direction: column; align-items: center; padding: .1rem .35rem;
  border-radius: .3rem; color: var(--ink); background: rgb(var(--doubt) / var(--shade)); line-height: 1.25; }
.word small { font-size: .72rem; font-variant-numeric: tabular-nums; }
.references { margin: 0; padding-left: 1.1rem; }
.scores { margin: .6rem 0 0; font-variant-numeric: tabular-nums; }
.nothing { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; background: var(--card); font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--rule); padding: .3rem .7rem; text-align: right; white-space: nowrap; }
tbody th { text-align: left; font-weight: 400; color: var(--soft); }
.controls { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem;
  align-items: center; padding: .6rem 0; margin: 1.5rem 0 1rem; background: var(--page); }
.controls select, .controls input { font: inherit; max-width: 22rem; }
.said { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
.said + .scores { margin: .1rem 0 0; }
#photos > .photo { content-visibility: auto; contain-intrinsic-size: auto 24rem; }
#photos > .photo[hidden] { display: none; }
@media print { body { max-width: none; } .photo, .chart { break-inside: avoid; } }
)css";

}  // namespace limn::train
