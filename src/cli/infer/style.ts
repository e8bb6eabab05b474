/** The look of the summary page: the colours of the product, both themes, readable on a phone and on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--page:#f3f3f0;--surface:#fff;--line:#dbdbd4;--ink:#14191f;--soft:#5d646b;--accent:#a94a12;--tint:169 74 18;--good:#17695d}
@media (prefers-color-scheme:dark){:root{--page:#101418;--surface:#181d22;--line:#2e353c;--ink:#eceae4;--soft:#a3a9ae;--accent:#f09a5c;--tint:240 154 92;--good:#63c3b3}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 Inter,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.8rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0}
p{margin:.35rem 0 1rem}
.soft{color:var(--soft)}
section{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:1.25rem 1.4rem;margin-top:1.25rem}
section>p{font-size:.9rem;max-width:46rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:14px;overflow:hidden;margin:1.25rem 0 0}
.figures div{background:var(--surface);padding:.8rem 1rem}
dt{color:var(--soft);font-size:.8rem}
dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);white-space:nowrap;font-weight:400}
thead th{color:var(--soft);font-size:.8rem}
tbody tr:last-child>*{border-bottom:0}
td.bar{width:45%;min-width:9rem}
.fill,.range{display:block;position:relative;height:.55rem;border-radius:99px;background:rgb(var(--tint)/.14)}
.fill::before{content:'';position:absolute;inset:0 auto 0 0;width:var(--share);border-radius:99px;background:var(--accent)}
.range::before{content:'';position:absolute;top:0;bottom:0;left:var(--low);right:calc(100% - var(--high));border-radius:99px;background:rgb(var(--tint)/.45)}
.range::after{content:'';position:absolute;top:-.15rem;bottom:-.15rem;left:calc(var(--mean) - 1px);width:3px;border-radius:2px;background:var(--accent)}
.confusion th,.confusion td{text-align:right;padding:.4rem .6rem}
.confusion .cell{background:rgb(var(--tint)/calc(var(--share)*.55))}
.confusion .right{box-shadow:inset 0 0 0 1px var(--good)}
.plot{width:min(22rem,100%);font-size:11px}
.plot text{fill:var(--soft)}
.plot .axis{fill:none;stroke:var(--line)}
.plot .ideal{fill:none;stroke:var(--soft);stroke-dasharray:4 4}
.plot circle{fill:rgb(var(--tint)/.55);stroke:var(--accent)}
footer{margin-top:1.5rem;font-size:.85rem}
@media print{section{break-inside:avoid}}
`
