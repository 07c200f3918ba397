#include "report/page/style.h"

namespace afterpatch::report {
namespace {

// Colours in pairs: a strong one for words and lines, a tint as ground. Hues (vermilion, ochre, blue,
// green-blue) are told apart with any kind of colour vision (after Okabe and Ito); lightness differs little,
// so words say the same.
constexpr Literal kColours = R"css(
:root{color-scheme:light dark;
--paper:#faf9f6;--panel:#ffffff;--shade:#f1efea;--ink:#1d1c1a;--soft:#595650;--rule:#d9d5cc;--link:#1a4f86;
--bad:#9c2f0a;--bad-tint:#f9ded3;--warn:#704b00;--warn-tint:#f7e8c6;--info:#1c4f7c;--info-tint:#dce9f5;
--good:#17594a;--good-tint:#d6ece4;--none:#55524c;--none-tint:#e8e5de}
@media screen and (prefers-color-scheme:dark){:root{
--paper:#15171a;--panel:#1c1f23;--shade:#23272c;--ink:#e8e6e1;--soft:#aba79f;--rule:#3b3f45;--link:#93c0ea;
--bad:#ff9f7c;--bad-tint:#4b2517;--warn:#ecc46a;--warn-tint:#423414;--info:#93c0ea;--info-tint:#1e3449;
--good:#83cfb7;--good-tint:#173a31;--none:#b3afa7;--none-tint:#2e3237}}
)css";

constexpr Literal kText = R"css(
*{box-sizing:border-box}
html{font-size:clamp(15px,14px + .16vw,18px);scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
h1,h2,h3,h4{line-height:1.25;margin:0;text-wrap:balance}
h2,.headline{font-family:ui-serif,Charter,"Bitstream Charter",Cambria,Georgia,"Noto Serif","Liberation Serif",serif;font-weight:600}
h2{font-size:1.5rem;margin-bottom:.6rem}
h3{font-size:1.05rem;font-weight:650;margin-top:1.4rem;margin-bottom:.4rem}
h4{font-size:.92rem;font-weight:650;margin-top:1rem;margin-bottom:.3rem}
p,ul,ol,dl{margin:.4rem 0}
p,li,dd{max-width:82ch;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.15em}
code,pre{font-family:ui-monospace,"Cascadia Mono",Consolas,Menlo,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:.86em}
code{overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
.soft,.note,.lead{color:var(--soft)}
.lead{margin-top:0;margin-bottom:.8rem}
.note{font-style:italic}
.time{white-space:nowrap;font-variant-numeric:tabular-nums}
.skip{position:absolute;left:-999px}
.skip:focus{left:.5rem;top:.5rem;background:var(--panel);padding:.5rem;z-index:2}
)css";

constexpr Literal kLayout = R"css(
.page{max-width:78rem;margin:0 auto;padding:0 clamp(1rem,3vw,2.5rem) 4rem}
.masthead{border-bottom:1px solid var(--rule);padding:1.2rem 0 .8rem;display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;align-items:baseline;justify-content:space-between}
.masthead h1{font-size:1rem;font-weight:650;letter-spacing:.01em}
.masthead p{margin:0;color:var(--soft)}
section{padding-top:2.6rem}
.contents{font-size:.92rem}
.contents ul{list-style:none;margin:.6rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem}
.contents a{text-decoration:none;color:var(--soft);display:inline-block;padding:.15rem 0}
.contents a:hover{color:var(--link);text-decoration:underline}
@media screen and (min-width:82rem){
.page{max-width:94rem}
.columns{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:0 3rem}
.contents{border-right:1px solid var(--rule);padding-right:1rem}
.contents nav{position:sticky;top:1.5rem;padding-top:2.6rem}
.contents ul{display:block}}
footer{margin-top:3rem;border-top:1px solid var(--rule);padding-top:.8rem;color:var(--soft);font-size:.9rem}
)css";

constexpr Literal kVerdict = R"css(
.verdict{padding-top:1.8rem}
.server{margin:0;color:var(--soft);font-weight:600}
.headline{font-size:clamp(1.6rem,1.1rem + 1.9vw,2.5rem);line-height:1.18;margin:.2rem 0 1.1rem;max-width:46ch}
.warning{border-left:.3rem solid var(--warn);background:var(--warn-tint);padding:.6rem .9rem;max-width:none}
.axes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));border:1px solid var(--rule);background:var(--panel);margin-top:1rem}
.axis{padding:.9rem 1.1rem;box-shadow:-1px -1px 0 var(--rule)}
.axes{overflow:hidden}
@media (min-width:62rem){.axes{grid-template-columns:1.45fr 1fr 1fr}}
.axis h3{margin:0;font-size:.85rem;color:var(--soft);font-weight:600}
.axis p{margin:.3rem 0}
.axis-word{font-size:1.45rem;font-weight:650;line-height:1.2}
.axis-word.bad{color:var(--bad)}.axis-word.warn{color:var(--warn)}.axis-word.info{color:var(--info)}
.axis-word.good{color:var(--good)}.axis-word.none{color:var(--none)}
.ladder{list-style:none;padding:0;margin:.7rem 0;display:flex;flex-wrap:wrap;gap:.25rem;font-size:.8rem}
.ladder li{padding:.1rem .45rem;border:1px solid var(--rule);color:var(--soft);border-radius:2px}
.ladder .here{font-weight:700}
ul.plain{list-style:none;padding:0}
.do-now{margin-top:1.2rem;border:1px solid var(--rule);border-left:.3rem solid var(--bad);background:var(--panel);padding:.8rem 1.1rem}
.do-now h3{margin:0}
.do-now ol{padding-left:1.3rem;margin-bottom:0}
.do-now li{margin:.2rem 0;font-size:1.05rem}
)css";

constexpr Literal kParts = R"css(
.badge{display:inline-block;font-size:.78rem;line-height:1.35;font-weight:600;padding:.05rem .45rem;border:1px solid currentColor;border-radius:2px;white-space:nowrap}
.bad.badge,.here.bad{color:var(--bad);background:var(--bad-tint);border-color:var(--bad)}
.warn.badge,.here.warn{color:var(--warn);background:var(--warn-tint);border-color:var(--warn)}
.info.badge,.here.info{color:var(--info);background:var(--info-tint);border-color:var(--info)}
.good.badge,.here.good{color:var(--good);background:var(--good-tint);border-color:var(--good)}
.none.badge,.unsure.badge{color:var(--none);background:var(--none-tint);border-color:transparent}
.unsure.badge{border:1px dashed var(--none);background:none}
.sure.badge{color:var(--paper);background:var(--ink);border-color:var(--ink)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem;align-items:start}
.card{background:var(--panel);border:1px solid var(--rule);padding:.9rem 1.1rem;min-width:0}
.card>h3:first-child{margin-top:0}
.answer-text{font-size:1.03rem}
.further{font-size:.9rem;margin-bottom:0}
.door{margin-bottom:1rem}
.door-name{overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--link);padding:.2rem 0;width:fit-content}
details.more{font-size:.94rem}
.facts{display:grid;gap:.15rem 1rem;font-size:.94rem}
.facts>div{display:grid;grid-template-columns:minmax(7rem,10rem) minmax(0,1fr);gap:.1rem .8rem}
.facts dt,.words dt{color:var(--soft)}
.facts dd,.words dd{margin:0}
.words>div{display:grid;grid-template-columns:minmax(7rem,10rem) minmax(0,1fr);gap:.1rem .8rem;margin:.35rem 0}
.words dt{font-weight:650;color:var(--ink)}
@media (max-width:34rem){.facts>div,.words>div{grid-template-columns:1fr;margin-bottom:.3rem}}
.evidence{list-style:none;padding:0}
.evidence>li{max-width:none;border-top:1px solid var(--rule);padding:.6rem 0}
.evidence p{margin:.15rem 0;max-width:none}
.detection:target{box-shadow:-.6rem 0 0 var(--paper),-.85rem 0 0 var(--link)}
.place{max-width:none;color:var(--soft);font-size:.93rem}
.raw{word-break:break-all}
.raw,.command{background:var(--shade);margin:.35rem 0;padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere;border-left:2px solid var(--rule);max-height:24rem;overflow:auto}
.gaps ul{padding-left:1.2rem}
)css";

constexpr Literal kTables = R"css(
.scroll{overflow-x:auto;margin:.6rem 0;container-type:inline-size}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--rule)}
thead th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--soft);white-space:nowrap}
tbody th{font-weight:400;min-width:8.5rem}
td{min-width:4.5rem}
tr.opens>*{border-bottom:0;padding-bottom:0}
.below>td>*{position:sticky;left:0;max-width:100cqw;margin-top:0}
.short{white-space:nowrap}
.stacks{margin:.6rem 0}
.stacks td,.stacks th{overflow-wrap:anywhere}
@media screen and (max-width:62rem){
.stacks,.stacks caption,.stacks tbody,.stacks tr,.stacks td,.stacks tbody th{display:block}
.stacks thead{display:none}
.stacks tr{border-bottom:1px solid var(--rule);padding:.4rem 0}
.stacks td,.stacks tbody th{border-bottom:0;padding:.1rem 0;min-width:0}
.stacks tbody th{font-weight:600}
.stacks td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
.stacks td:empty{display:none}
.stacks tr.opens{border-bottom:0;padding-bottom:0}
.stacks tr.below{padding-top:0}
}
)css";

constexpr Literal kPlot = R"css(
figure{margin:1rem 0 1.4rem}
figcaption{font-weight:600;margin-bottom:.3rem}
.plot{display:block;width:100%;min-width:60rem;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
.plot text{fill:var(--ink)}
.plot .end{text-anchor:end}
.plot .lane{fill:var(--panel)}.plot .shaded{fill:var(--shade)}
.plot .lane-name{fill:var(--soft);font-weight:600}
.plot .tick{stroke:var(--rule);stroke-width:1}
.plot .tick.major{stroke:var(--soft);stroke-opacity:.45}
.plot .tick-label{fill:var(--soft);text-anchor:middle}
.plot .tick-label.major{fill:var(--ink);font-weight:600}
.plot .date{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
.plot .date-label,.plot .beside{stroke:var(--paper);stroke-width:4px;paint-order:stroke;stroke-linejoin:round}
.plot .date-label{font-weight:600}
.plot rect{stroke-width:1.3}
.plot .bad{fill:var(--bad-tint);stroke:var(--bad)}.plot .warn{fill:var(--warn-tint);stroke:var(--warn)}
.plot .info{fill:var(--info-tint);stroke:var(--info)}.plot .good{fill:var(--good-tint);stroke:var(--good)}
.plot .none{fill:var(--none-tint);stroke:var(--none)}
.plot .point.bad{fill:var(--bad)}.plot .point.warn{fill:var(--warn)}.plot .point.info{fill:var(--info)}
.plot .point.good{fill:var(--good)}.plot .point.none{fill:var(--none)}
.plot .point.hollow{fill:var(--panel);stroke-width:2}
.plot .open{stroke-dasharray:4 3}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;font-size:.88rem;color:var(--soft)}
.key{display:inline-block;width:.85rem;height:.85rem;margin-right:.4rem;vertical-align:-.1rem;border:1.5px solid var(--none);border-radius:2px}
.key.bad{background:var(--bad);border-color:var(--bad)}.key.warn{background:var(--warn);border-color:var(--warn)}
.key.info{background:var(--info);border-color:var(--info)}.key.good{background:var(--good);border-color:var(--good)}
.key.hollow{border-radius:50%;border-width:2px}.key.open{border-style:dashed}
)css";

constexpr Literal kGuide = R"css(
.guide{list-style:none;padding:0}
.step{display:grid;grid-template-columns:1.6rem minmax(0,1fr);gap:0 .7rem;border-top:1px solid var(--rule);padding:.8rem 0;max-width:none}
.step input{width:1.25rem;height:1.25rem;margin:.1rem 0 0;accent-color:var(--good)}
.step h3{margin:0 0 .3rem}
.step input:checked+div h3 label{text-decoration:line-through;text-decoration-thickness:1px;color:var(--soft)}
.step .command{position:relative;padding-right:4.5rem}
.copy{position:absolute;top:.35rem;right:.4rem;font:inherit;font-size:.8rem;padding:.1rem .5rem;border:1px solid var(--rule);background:var(--panel);color:var(--ink);cursor:pointer;border-radius:2px}
.check{border-left:2px solid var(--good);padding-left:.8rem;margin-top:.5rem}
)css";

constexpr Literal kPrint = R"css(
@media print{
@page{margin:16mm 14mm}
html{font-size:10pt}
body{background:#fff}
.page{max-width:none;padding:0}
.contents,.skip,.copy{display:none}
section{padding-top:1.4rem}
.scroll,.raw,.command,.axes{overflow:visible;max-height:none}
.plot{min-width:0}
.badge{overflow-wrap:normal}
.time{white-space:normal}
.cards{display:block}
.card{margin-bottom:.8rem}
table{font-size:.8rem}
td,th,thead th,tbody th{min-width:0;white-space:normal;overflow-wrap:normal;padding-right:.5rem}
.stacks td,.stacks th{overflow-wrap:break-word}
.scroll{container-type:normal}
.below>td>*{position:static;max-width:none}
.short{white-space:normal;overflow-wrap:normal}
thead{display:table-header-group}
tr,.step,.evidence>li,figure,.axis{break-inside:avoid}
h2,h3,h4,summary{break-after:avoid}
details:not(.more)::details-content{content-visibility:visible;display:block}
.cited>summary::after{content:" (see All findings)"}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

constexpr Literal kScript = R"js(
(function(){"use strict";
var key="afterpatch:"+location.pathname+":";
function load(id){try{return localStorage.getItem(key+id)==="1"}catch(e){return false}}
function save(id,on){try{localStorage.setItem(key+id,on?"1":"0")}catch(e){}}
document.querySelectorAll(".step input").forEach(function(box){
box.checked=load(box.id);
box.addEventListener("change",function(){save(box.id,box.checked)})});
if(navigator.clipboard)document.querySelectorAll("pre.command").forEach(function(pre){
var words=pre.textContent,button=document.createElement("button");
button.type="button";button.className="copy";button.textContent="Copy";
button.addEventListener("click",function(){navigator.clipboard.writeText(words).then(function(){
button.textContent="Copied";setTimeout(function(){button.textContent="Copy"},1500)})});
pre.appendChild(button)});
function reveal(){var target=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(!target)return;for(var node=target;node;node=node.parentElement)if(node.tagName==="DETAILS")node.open=true;
target.scrollIntoView()}
addEventListener("hashchange",reveal);reveal();
var opened=[];
addEventListener("beforeprint",function(){document.querySelectorAll("details:not([open]):not(.more)").forEach(function(d){d.open=true;opened.push(d)})});
addEventListener("afterprint",function(){opened.forEach(function(d){d.open=false});opened=[]});
})();
)js";

}  // namespace

Html style_sheet() {
  Html sheet;
  for (const Literal part : {kColours, kText, kLayout, kVerdict, kParts, kTables, kPlot, kGuide, kPrint}) {
    sheet += literal_markup(part);
  }
  return sheet;
}

Html page_script() {
  return literal_markup(kScript);
}

}  // namespace afterpatch::report
